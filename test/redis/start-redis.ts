import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { freePort } from '../server-process.ts';
import { requireRedisServer } from './require-redis-server.ts';

/** The first start may install the package: give a hook that calls `startRedis()` this many milliseconds. */
export const REDIS_START_TIMEOUT = 300_000;

/** A Redis of its own for a test: own port, own directory. */
export interface TestRedis extends AsyncDisposable {
  url: URL;
  port: number;
  /** Of the process that runs now. */
  pid(): number;
  /** Runs an administrator's command, such as `CONFIG SET`. */
  admin(...command: string[]): Promise<unknown>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** As a crash does: `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again after `kill()`, with what it wrote to disk. */
  restart(): Promise<void>;
}

/** Starts a Redis with these extra arguments. It keeps nothing on disk unless they say so. */
export async function startRedis(...extra: string[]): Promise<TestRedis> {
  const program = requireRedisServer();
  const directory = mkdtempSync(join(tmpdir(), 'alpaca-connect-redis-'));
  const port = await freePort();
  const url = new URL(`redis://127.0.0.1:${port}`);
  const own = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', directory, '--save', ''];
  const start = () => spawnRedis(program, [...own, ...extra]);
  let child = await start();
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url,
    port,
    pid: () => child.pid ?? 0,
    admin: (...command) => runCommand(url, command),
    signal: (name) => void child.kill(name),
    kill: end,
    async restart() {
      child = await start();
    },
    async [Symbol.asyncDispose]() {
      await end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** @throws Error with its output when it does not start */
function spawnRedis(program: string, parameters: string[]): Promise<ChildProcess> {
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        if (output.includes('Ready to accept connections')) resolve(child);
      });
    }
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`redis-server did not start:\n${output}`)));
  });
}

async function runCommand(url: URL, command: string[]): Promise<unknown> {
  const client = await createClient({ url: url.href })
    .on('error', () => {})
    .connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
