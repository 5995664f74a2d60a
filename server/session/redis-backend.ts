import type { RecordBackend } from './record-backend.ts';
import { RedisConnection } from './redis-connection.ts';
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

  async take(key: string): Promise<Uint8Array | undefined> {
    return (await this.#connection.ask((client) => client.take(prefix + key))) ?? undefined;
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
