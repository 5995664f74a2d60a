import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const LINE = 'Building the widget, the server and the demo. This takes a few seconds …';
const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Builds behind one line that says so. What the build writes is shown only when it fails, and then all of it.
 * @returns the build's exit code
 */
export function build(command = 'npm run --silent build'): Promise<number> {
  const { stdout, stderr, platform } = process;
  const output: Buffer[] = [];
  let stopped = false;

  stdout.write(stdout.isTTY ? LINE : `${LINE}\n`);
  // Before there is anything to stop: a signal that came in between would end this process alone.
  for (const signal of STOPS) process.on(signal, stop);
  // In a process group of its own, so that Ctrl-C ends the whole build. Windows has none, and ends it by itself.
  const child = spawn(command, { shell: true, detached: platform !== 'win32' });
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));

  /** Asks at first; whoever presses Ctrl-C once more wants an end. */
  function stop(): void {
    const signal = stopped ? 'SIGKILL' : 'SIGTERM';
    stopped = true;
    if (child.pid === undefined || platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  }

  return new Promise((resolve) => {
    child.on('error', (error) => finish(1, error.message));
    child.on('close', (code, signal) => finish(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));

    function finish(code: number, problem = ''): void {
      for (const signal of STOPS) process.off(signal, stop);
      if (stdout.isTTY) stdout.write('\r\x1b[K');
      // Who stopped it knows why.
      if (code !== 0 && !stopped) stderr.write(Buffer.concat([...output, Buffer.from(problem)]));
      resolve(stopped ? code || 130 : code);
    }
  });
}
