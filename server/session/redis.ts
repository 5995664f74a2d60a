import type { RecordBackend } from './records.ts';
import { RedisClient } from './redis-client.ts';
import { steadyNow } from './steady-clock.ts';

interface RedisBackendOptions {
  /** `redis://` or `rediss://`, with user, password and database number where needed. */
  url: URL;
  /** The clock, in milliseconds since the epoch. Default: the steady clock of this process. */
  now?: () => number;
}

/** Every key starts with it, so that an ACL can confine this server, and other programs can share the Redis. */
const PREFIX = 'alpaca-connect:';

/** Milliseconds. */
const PROBE_LIFE = 1_000;

/**
 * Records in one Redis, 6.0 or newer, shared by the processes of many machines. What was acknowledged is as safe as
 * that Redis makes it: it has to write an append-only file and must not evict keys. .env.example says how to set it up.
 */
export class RedisBackend implements RecordBackend {
  readonly #client: RedisClient;
  readonly #now: () => number;

  /** Does not wait for Redis: while it is away, every call rejects. */
  constructor({ url, now = steadyNow }: RedisBackendOptions) {
    this.#client = new RedisClient(url);
    this.#now = now;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const record = await this.#client.run((redis) => redis.get(PREFIX + key));
    return record?.length ? record : undefined; // an empty one is a tombstone
  }

  async create(key: string, record: Uint8Array, expires: number): Promise<boolean> {
    return this.#client.run((redis) =>
      redis.create(PREFIX + key, asBuffer(record), this.#lifeUntil(expires)),
    );
  }

  async put(key: string, record: Uint8Array, expires: number): Promise<boolean> {
    return this.#client.run((redis) => redis.put(PREFIX + key, asBuffer(record), this.#lifeUntil(expires)));
  }

  async replace(key: string, expected: Uint8Array, record: Uint8Array, expires: number): Promise<boolean> {
    return this.#client.run((redis) =>
      redis.replace(PREFIX + key, asBuffer(expected), asBuffer(record), this.#lifeUntil(expires)),
    );
  }

  async remove(key: string, tombstoneUntil: number): Promise<void> {
    await this.#client.run((redis) => redis.remove(PREFIX + key, this.#lifeUntil(tombstoneUntil)));
  }

  /** Writes for real, which a replica and a Redis without memory or disk refuse. What it writes is a tombstone. */
  async probe(): Promise<void> {
    await this.#client.run((redis) => redis.remove(`${PREFIX}probe`, PROBE_LIFE));
  }

  /**
   * What this Redis does when its memory is full. Any policy but `noeviction` drops keys to make room, among them marks
   * of used grants and of ended sessions. Undefined when it does not say.
   */
  async evictionPolicy(): Promise<string | undefined> {
    const memory = await this.#client.run((redis) => redis.info('memory'));
    return /^maxmemory_policy:(\S+)/m.exec(String(memory))?.[1];
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  #lifeUntil(expires: number): number {
    return Math.max(0, Math.floor(expires - this.#now()));
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
