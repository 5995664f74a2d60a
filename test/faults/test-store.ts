import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, RESP_TYPES } from '@redis/client';
import BetterSqlite3 from 'better-sqlite3';
import type { RecordBackend } from '../../server/session/records.ts';
import { RedisBackend } from '../../server/session/redis.ts';
import { SqliteBackend } from '../../server/session/sqlite.ts';
import { kept } from '../kept.ts';
import { startRedis } from '../redis/start-redis.ts';

export const STORE_KINDS = ['SQLite', 'Redis'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** A durable store of its own for a test, as servers see it and as somebody sees it who broke into its database. */
export interface TestStore extends AsyncDisposable {
  /** Variables that make a server use it. */
  variables: Record<string, string>;
  /** As one more process of the server opens it. The test closes it. */
  open(now?: () => number): RecordBackend;
  /** Every record by its key, tombstones left out. */
  records(): Promise<Map<string, Buffer>>;
  /** Puts bytes of any kind where a record is. */
  overwrite(key: string, bytes: Buffer): Promise<void>;
}

export function openTestStore(kind: StoreKind): Promise<TestStore> {
  return kind === 'SQLite' ? openSqliteStore() : openRedisStore();
}

async function openSqliteStore(): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'alpaca-connect-store-'));
  const file = join(folder, 'sessions.sqlite');
  const within = <T>(use: (database: BetterSqlite3.Database) => T): T => {
    const database = kept(new BetterSqlite3(file));
    try {
      return use(database);
    } finally {
      database.close();
    }
  };
  return {
    variables: { SESSION_FILE: file },
    open: (now = Date.now) => new SqliteBackend({ file, now }),
    async records() {
      const select = 'SELECT key, record FROM records WHERE record IS NOT NULL';
      const rows = within((database) => kept(database.prepare(select)).all()) as {
        key: string;
        record: Buffer;
      }[];
      return new Map(rows.map(({ key, record }) => [key, record]));
    },
    async overwrite(key, bytes) {
      within((database) =>
        kept(database.prepare('UPDATE records SET record = ? WHERE key = ?')).run(bytes, key),
      );
    },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openRedisStore(): Promise<TestStore> {
  const redis = await startRedis();
  const intruder = await createClient({
    url: redis.url.href,
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  })
    .on('error', () => {})
    .connect();
  return {
    variables: { REDIS_URL: redis.url.href },
    open: (now = Date.now) => new RedisBackend({ url: redis.url, now }),
    async records() {
      const keys = (await intruder.keys('*')).map(String);
      const records = await Promise.all(keys.map((key) => intruder.get(key)));
      const found = keys.map((key, at) => [key, records[at]] as const);
      return new Map(found.filter((entry): entry is readonly [string, Buffer] => Boolean(entry[1]?.length)));
    },
    async overwrite(key, bytes) {
      await intruder.set(key, bytes, { expiration: 'KEEPTTL' });
    },
    async [Symbol.asyncDispose]() {
      intruder.destroy();
      await redis[Symbol.asyncDispose]();
    },
  };
}
