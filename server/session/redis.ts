import { type CommandParser, defineScript } from '@redis/client';
import type { RecordBackend } from './records.ts';
import { RedisConnection } from './redis-client.ts';
import { steadyNow } from './steady-clock.ts';

/** Every key starts with it, so that an ACL can confine this server, and other programs can share the Redis. */
const prefix = 'alpaca-connect:';

/** Milliseconds. */
const probeLife = 1000;

export interface RedisBackendOptions {
  /** `redis://` or `rediss://`, with user, password and database number where needed. */
  url: URL;
  /** The clock, in milliseconds since the epoch. Default: the steady clock of this process. */
  now?: () => number;
}

/**
 * Records in one Redis, 6.0 or newer, shared by the processes of many machines. What was acknowledged is as safe as
 * that Redis makes it: it has to write an append-only file and must not evict keys. See .env.example.
 */
export class RedisBackend implements RecordBackend {
  readonly #connection: RedisConnection;
  readonly #now: () => number;

  /** Does not wait for Redis: while it is away, every call rejects. */
  constructor({ url, now = steadyNow }: RedisBackendOptions) {
    this.#connection = new RedisConnection(url);
    this.#now = now;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const record = await this.#connection.ask((client) => client.get(prefix + key));
    return record?.length ? record : undefined; // an empty one is a tombstone
  }

  async create(key: string, record: Uint8Array, expires: number): Promise<boolean> {
    return this.#connection.ask((client) =>
      client.create(prefix + key, asBuffer(record), this.#lifeUntil(expires)),
    );
  }

  async put(key: string, record: Uint8Array, expires: number): Promise<boolean> {
    return this.#connection.ask((client) =>
      client.put(prefix + key, asBuffer(record), this.#lifeUntil(expires)),
    );
  }

  async replace(key: string, expected: Uint8Array, record: Uint8Array, expires: number): Promise<boolean> {
    return this.#connection.ask((client) =>
      client.replace(prefix + key, asBuffer(expected), asBuffer(record), this.#lifeUntil(expires)),
    );
  }

  async remove(key: string, tombstoneUntil: number): Promise<void> {
    await this.#connection.ask((client) => client.remove(prefix + key, this.#lifeUntil(tombstoneUntil)));
  }

  /** Writes for real, which a replica and a Redis without memory or disk refuse. What it writes is a tombstone. */
  async probe(): Promise<void> {
    await this.#connection.ask((client) => client.remove(`${prefix}probe`, probeLife));
  }

  /**
   * What this Redis does when its memory is full. Any policy but `noeviction` drops keys to make room, among them marks
   * of used grants and of ended sessions. Undefined when it does not say.
   */
  async evictionPolicy(): Promise<string | undefined> {
    const memory = await this.#connection.ask((client) => client.info('memory'));
    return /^maxmemory_policy:(\S+)/m.exec(String(memory))?.[1];
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  #lifeUntil(expires: number): number {
    return Math.max(0, Math.floor(expires - this.#now()));
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/*
 * The operations of `RecordBackend` that Redis has no single command for. Redis runs a script as one step that nothing
 * comes between. A tombstone is an empty string, which no record is: a sealed one has a head and a tag.
 *
 * Times arrive as milliseconds from now, reckoned by this server's clock. `PEXPIREAT` would go by the clock of Redis:
 * one that runs ahead would forget that a grant was used while this server still accepts the grant.
 */

/** Ends a script: fills the slot for ARGV[2] milliseconds, or empties it when that time is over. */
const fill = `
  if tonumber(ARGV[2]) > 0 then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  else redis.call('DEL', KEYS[1]) end
  return 1`;

const done = (reply: unknown): boolean => reply === 1;

const create = defineScript({
  SCRIPT: `if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end${fill}`,
  NUMBER_OF_KEYS: 1,
  parseCommand: pushFill,
  transformReply: done,
});

const put = defineScript({
  SCRIPT: `if redis.call('GET', KEYS[1]) == '' then return 0 end${fill}`,
  NUMBER_OF_KEYS: 1,
  parseCommand: pushFill,
  transformReply: done,
});

const replace = defineScript({
  SCRIPT: `if ARGV[3] == '' or redis.call('GET', KEYS[1]) ~= ARGV[3] then return 0 end${fill}`,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser: CommandParser, key: string, expected: Buffer, record: Buffer, life: number) {
    pushFill(parser, key, record, life);
    parser.push(expected);
  },
  transformReply: done,
});

const remove = defineScript({
  SCRIPT: `
    local life = math.max(tonumber(ARGV[1]), redis.call('PTTL', KEYS[1]))
    if life > 0 then redis.call('SET', KEYS[1], '', 'PX', life)
    else redis.call('DEL', KEYS[1]) end
    return 1`,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser: CommandParser, key: string, life: number) {
    parser.pushKey(key);
    parser.push(String(life));
  },
  transformReply: done,
});

/** Scripts for `createClient()`, which sends one in full only to a Redis that does not hold it yet. */
export const redisScripts = { create, put, replace, remove };

function pushFill(parser: CommandParser, key: string, record: Buffer, life: number): void {
  parser.pushKey(key);
  parser.push(record, String(life));
}
