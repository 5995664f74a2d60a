import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** `npm start`'s process. */
export interface ServerProcess extends AsyncDisposable {
  process: ChildProcess;
  /** Standard output and standard error so far. */
  output(): string;
  /** Resolves to the exit code, or the name of the signal that ended it. */
  ended: Promise<number | string>;
}

/**
 * Runs the built server with these variables and no others of ours; the working directory holds no `.env`.
 * @param entry What is run, from the top of the repository: JavaScript. Default: what `npm start` runs.
 */
export function startServerProcess(
  environment: Record<string, string>,
  entry = 'server/dist/main.js',
): ServerProcess {
  assertBuilt();
  return watch(
    spawn(process.execPath, [ROOT + entry], {
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'], ...environment },
    }),
    (child) => child.kill('SIGKILL'),
  );
}

/** @throws Error when a source of the server is newer than what was built of it: a test would try the old one. */
function assertBuilt(): void {
  const server = join(ROOT, 'server');
  const builtAt = statSync(join(server, 'dist/main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newer = readdirSync(server, { recursive: true, encoding: 'utf8' }).find(
    (name) => /^(?!dist|node_modules).*\.ts$/.test(name) && statSync(join(server, name)).mtimeMs > builtAt,
  );
  if (newer !== undefined)
    throw new Error(`server/${newer} was changed after the last npm run build. Build first.`);
}

/** A command with exactly these variables, as this user of the system if it is given. */
export function startCommand(
  [command = '', ...args]: readonly string[],
  options: { cwd: string; env: Record<string, string | undefined>; uid?: number; gid?: number },
): ServerProcess {
  return watch(spawn(command, args, { ...options, stdio: 'pipe' }), (child) => child.kill('SIGKILL'));
}

/** `npm start` in a folder, with the `.env` there. npm and what it started are ended as the group that they are. */
export function startByNpm(folder: string, ...options: string[]): ServerProcess {
  const env = { PATH: process.env['PATH'], HOME: folder };
  return watch(
    spawn('npm', ['start', ...options], { cwd: folder, env, detached: true }),
    ({ pid, exitCode }) => {
      if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
    },
  );
}

function watch(child: ChildProcessWithoutNullStreams, kill: (child: ChildProcess) => void): ServerProcess {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  return {
    process: child,
    output: () => output,
    ended,
    async [Symbol.asyncDispose]() {
      kill(child);
      await ended;
    },
  };
}

/** Waits until the server answers that it is ready. @throws Error with its output when it ends before */
export async function untilReady(server: ServerProcess, url: string): Promise<void> {
  let over = false;
  void server.ended.then(() => {
    over = true;
  });
  while (!over) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The server ended before it was ready:\n${server.output()}`);
}

/**
 * A port for a process that cannot be given 0, because its address has to be known before it starts. Below those that the system gives
 * to connections (32768 on Linux): one of these may take it before the process does.
 */
export function freePort(): Promise<number> {
  const port = randomInt(20_000, 30_000);
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
    probe.on('error', () => freePort().then(resolve, reject));
  });
}
