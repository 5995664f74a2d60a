import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../server-process.ts';
import { type Kit, openKit } from './run-rules.ts';

const BACKEND = fileURLToPath(new URL('python/backend.py', import.meta.url));

/** Why the backend in Python cannot be tried here; undefined where it can. */
export function withoutPython(): string | undefined {
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'there is no python3';
}

/** The backend in Python, and the kit with the simulated Alpaca that it uses. */
export interface PythonBackend extends AsyncDisposable {
  /** Its origin. */
  url: string;
  kit: Kit;
  /** What it wrote to standard error. */
  errors(): string;
}

/** @param more Further origins that may connect. */
export async function startPythonBackend(more: readonly string[] = []): Promise<PythonBackend> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const kit = await openKit(`${url}/alpaca`);
  const env = {
    PATH: process.env['PATH'],
    PYTHONDONTWRITEBYTECODE: '1',
    ...kit.variables,
    EMBED_ORIGINS: [kit.variables['EMBED_ORIGINS'], ...more].join(' '),
    PORT: String(port),
  };
  const backend: ChildProcess = spawn('python3', [BACKEND], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  backend.stderr?.setEncoding('utf8').on('data', (chunk) => {
    errors += chunk;
  });
  const ended = once(backend, 'exit');
  const stop = async () => {
    backend.kill('SIGKILL');
    await ended;
    await kit[Symbol.asyncDispose]();
  };
  const died = ended.then(() => {
    throw new Error(`The backend ended: ${errors}`);
  });
  try {
    await Promise.race([kit.untilAnswered(60_000), died]);
  } catch (error) {
    await stop();
    throw error;
  }
  died.catch(() => {});
  return { url, kit, errors: () => errors, [Symbol.asyncDispose]: stop };
}
