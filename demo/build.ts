import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Builds for the demo behind one line that says so. The output of the build is shown only when it fails, and then all of
 * it. Ends with the code of the build. Tests give another command.
 */
const [command = 'npm run --silent build'] = process.argv.slice(2);
const LINE = 'Building the widget, the server and the demo. This takes a few seconds …';
const { stdout, stderr, platform } = process;
const output: Buffer[] = [];
let asked = false;

stdout.write(stdout.isTTY ? LINE : `${LINE}\n`);
// In a process group of its own, so that Ctrl-C ends the whole build. Windows has none, and ends it by itself.
const child = spawn(command, { shell: true, detached: platform !== 'win32' });
child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

child.on('error', (error) => finish(1, error.message));
child.on('close', (code, signal) => finish(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));

/** Ends the build, and what does not listen at the second time of asking. */
function stop(): void {
  const signal = asked ? 'SIGKILL' : 'SIGTERM';
  asked = true;
  if (child.pid === undefined || platform === 'win32') child.kill(signal);
  else process.kill(-child.pid, signal);
}

function finish(code: number, problem = ''): void {
  if (stdout.isTTY) stdout.write('\r\x1b[K');
  // Who stopped it knows why.
  if (code !== 0 && !asked) stderr.write(Buffer.concat([...output, Buffer.from(problem)]));
  process.exitCode = asked ? code || 130 : code;
}
