import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '../redis/start-redis.ts';
import { openFaultyLine } from './faulty-line.ts';
import { limitFileSize } from './limit-file-size.ts';

/** A store that can be broken while a server uses it. */
export interface BreakableStore extends AsyncDisposable {
  variables: Record<string, string>;
  break(): Promise<void> | void;
  mend(): Promise<void> | void;
}

export interface StoreFault {
  name: string;
  /** Whether records can still be read. */
  reads: boolean;
  open(): Promise<BreakableStore>;
}

type RedisUnderTest = Awaited<ReturnType<typeof openRedis>>;
type Action = (redis: RedisUnderTest) => unknown;

/** What can go wrong between the server and a Redis, and in it. */
export const REDIS_FAULTS: StoreFault[] = [
  redisFault('a network that swallows everything', false, ({ line }) => line.swallow()),
  redisFault('a network that loses every answer', false, ({ line }) => line.swallowAnswers()),
  redisFault('a Redis that is gone', false, ({ line }) => line.cut()),
  redisFault('something that answers nonsense', false, ({ line }) => line.garble()),
  redisFault('a Redis that hangs', false, ({ redis }) => redis.signal('SIGSTOP'), {
    mend: ({ redis }) => redis.signal('SIGCONT'),
  }),
  redisFault('a user that lost its rights', false, rights('-@all'), { mend: rights('+@all') }),
  redisFault('a Redis out of memory', true, ({ redis }) => redis.admin('CONFIG', 'SET', 'maxmemory', '1'), {
    mend: ({ redis }) => redis.admin('CONFIG', 'SET', 'maxmemory', '0'),
  }),
  redisFault(
    'a primary that became a replica',
    true,
    ({ redis }) => redis.admin('REPLICAOF', '127.0.0.1', '1'),
    { mend: ({ redis }) => redis.admin('REPLICAOF', 'NO', 'ONE') },
  ),
  redisFault('a Redis whose disk is full', true, fillDiskOfRedis, {
    mend: async ({ redis }) => {
      limitFileSize(redis.pid(), 'unlimited');
      await redis.admin('SAVE');
    },
  }),
];

/** What can go wrong with an SQLite file. */
export const SQLITE_FAULTS: StoreFault[] = [
  { name: 'a file that another process has locked', reads: true, open: openLockedFile },
  { name: 'a file that may not grow', reads: true, open: openFileWithQuota },
];

/** Needs the right to mount. */
export const FULL_DISK: StoreFault = { name: 'a full disk', reads: true, open: openFullDisk };

function redisFault(
  name: string,
  reads: boolean,
  break_: Action,
  { mend }: { mend: Action } = { mend: ({ line }) => line.mend() },
): StoreFault {
  return {
    name,
    reads,
    async open() {
      const opened = await openRedis();
      return {
        variables: { REDIS_URL: `redis://alpaca:word@127.0.0.1:${opened.line.port}` },
        break: async () => void (await break_(opened)),
        mend: async () => void (await mend(opened)),
        async [Symbol.asyncDispose]() {
          await opened.line[Symbol.asyncDispose]();
          await opened.redis[Symbol.asyncDispose]();
        },
      };
    },
  };
}

async function openRedis() {
  const redis = await startRedis();
  await redis.admin('ACL', 'SETUSER', 'alpaca', 'on', '>word', '~alpaca-connect:*', '+@all');
  return { redis, line: await openFaultyLine(redis.port) };
}

function rights(change: string): Action {
  return ({ redis }) => redis.admin('ACL', 'SETUSER', 'alpaca', change);
}

/** Redis refuses writes once a snapshot failed (stop-writes-on-bgsave-error). */
async function fillDiskOfRedis({ redis }: RedisUnderTest): Promise<void> {
  await redis.admin('CONFIG', 'SET', 'save', '3600 1');
  limitFileSize(redis.pid(), 1);
  await redis.admin('BGSAVE');
  const failed = async () =>
    /rdb_last_bgsave_status:err/.test(String(await redis.admin('INFO', 'persistence')));
  while (!(await failed())) await new Promise((resolve) => setTimeout(resolve, 20));
}

function sqliteFile(): { file: string; folder: string; variables: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'alpaca-connect-fault-'));
  const file = join(folder, 'sessions.sqlite');
  return { file, folder, variables: { SESSION_FILE: file } };
}

async function openLockedFile(): Promise<BreakableStore> {
  const { file, folder, variables } = sqliteFile();
  const program = `
    const BetterSqlite3 = require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))});
    new BetterSqlite3(${JSON.stringify(file)}).exec('BEGIN EXCLUSIVE');
    process.stdout.write('locked');
    setInterval(() => {}, 1000);`;
  let unlock = async (): Promise<void> => {};
  return {
    variables,
    async break() {
      const locker = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      unlock = async () => {
        if (locker.kill('SIGKILL')) await once(locker, 'exit');
      };
      await once(locker.stdout, 'data');
    },
    mend: () => unlock(),
    async [Symbol.asyncDispose]() {
      await unlock();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openFileWithQuota(): Promise<BreakableStore> {
  const { file, folder, variables } = sqliteFile();
  return {
    variables,
    break: () => limitFileSize(process.pid, statSync(`${file}-wal`).size),
    mend: () => limitFileSize(process.pid, 'unlimited'),
    async [Symbol.asyncDispose]() {
      limitFileSize(process.pid, 'unlimited');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openFullDisk(): Promise<BreakableStore> {
  const { folder, variables } = sqliteFile();
  mountSmallDisk(folder);
  const ballast = join(folder, 'ballast');
  return {
    variables,
    break() {
      const file = openSync(ballast, 'w');
      try {
        for (;;) writeSync(file, Buffer.alloc(512));
      } catch {
        closeSync(file); // ENOSPC
      }
    },
    mend: () => rmSync(ballast),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mountSmallDisk(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' });
}

/** Whether this user may mount a disk: root outside a confined container. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'alpaca-connect-mount-'));
  try {
    mountSmallDisk(folder);
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
