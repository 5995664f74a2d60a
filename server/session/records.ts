import { hash } from 'node:crypto';
import { PublicError } from '../http/errors.ts';
import type { Sealer, SealPurpose } from './sealer.ts';
import { steadyNow } from './steady-clock.ts';
import { withDeadline } from './with-deadline.ts';

interface RecordStoreOptions {
  backend: RecordBackend;
  sealer: Sealer;
  /** The clock, in milliseconds since the epoch. Default: the steady clock of this process. */
  now?: () => number;
  /** How long one call of the backend may take, in milliseconds. */
  deadline?: number;
}

interface StoredRecord {
  value: unknown;
  /** The record as the backend holds it: hand it to `replace()` to say which version the change starts from. */
  sealed: Buffer;
}

/**
 * Backends keep everything this much longer than it is valid, in milliseconds. What is valid is decided by the sealed
 * expiry and the steady clock. A used grant, an ended session or a session in use must not vanish because the clock of
 * this machine, or that of Redis, was ahead for a while: a day is more than a wrong time zone.
 */
const KEPT_LONGER = 24 * 3_600_000;

/**
 * The store core: sealed, purpose-separated records with an expiry, over any backend.
 *
 * The backend sees SHA-256 hashes for keys and ciphertext for records, so a dump of it holds no usable id and no token.
 * A record that is expired, damaged, moved from another key, or of an unknown key reads as absent. Every method rejects
 * with a 503 `session_store_unavailable` when the backend fails or misses the deadline. Times are milliseconds since
 * the epoch; a record is gone from the very millisecond it expires.
 */
export class RecordStore {
  readonly #backend: RecordBackend;
  readonly #sealer: Sealer;
  readonly #now: () => number;
  readonly #deadline: number;

  constructor({ backend, sealer, now = steadyNow, deadline = 2000 }: RecordStoreOptions) {
    this.#backend = backend;
    this.#sealer = sealer;
    this.#now = now;
    this.#deadline = deadline;
  }

  async read(purpose: SealPurpose, id: string): Promise<StoredRecord | undefined> {
    const key = recordKey(purpose, id);
    return this.#open(purpose, key, await this.#within(() => this.#backend.get(key)));
  }

  /** True only for the first caller. False when a record or a tombstone is there, or was there within the last day. */
  async create(purpose: SealPurpose, id: string, value: unknown, expires: number): Promise<boolean> {
    const key = recordKey(purpose, id);
    const sealed = this.#seal(purpose, key, value, expires);
    return this.#within(() => this.#backend.create(key, sealed, expires + KEPT_LONGER));
  }

  /** Creates or overwrites. False, and no change, when a tombstone is there. */
  async put(purpose: SealPurpose, id: string, value: unknown, expires: number): Promise<boolean> {
    const key = recordKey(purpose, id);
    const sealed = this.#seal(purpose, key, value, expires);
    return this.#within(() => this.#backend.put(key, sealed, expires + KEPT_LONGER));
  }

  /**
   * Creates, also where a record is that reads as absent, because it has expired or its key is gone. False, and no change, when
   * one is there that reads, a tombstone is there, or another caller came first.
   */
  async fill(purpose: SealPurpose, id: string, value: unknown, expires: number): Promise<boolean> {
    const key = recordKey(purpose, id);
    const bytes = await this.#within(() => this.#backend.get(key));
    if (this.#open(purpose, key, bytes) !== undefined) return false;
    const sealed = this.#seal(purpose, key, value, expires);
    return this.#within(() =>
      bytes === undefined
        ? this.#backend.create(key, sealed, expires + KEPT_LONGER)
        : this.#backend.replace(key, bytes, sealed, expires + KEPT_LONGER),
    );
  }

  /** Overwrites only the version that `expected` is. False when it was changed or removed meanwhile, or has expired. */
  async replace(
    purpose: SealPurpose,
    id: string,
    expected: Buffer,
    value: unknown,
    expires: number,
    options?: ReplaceOptions,
  ): Promise<boolean> {
    const key = recordKey(purpose, id);
    // The backend still has what has expired.
    const ends = this.#unseal(purpose, key, expected)?.expires;
    if (ends !== undefined && this.#now() >= ends) return false;
    const sealed = this.#seal(purpose, key, value, expires);
    return this.#within(() => this.#backend.replace(key, expected, sealed, expires + KEPT_LONGER, options));
  }

  /** Deletes, and refuses every later write to this id at least until `tombstoneUntil`. */
  async remove(purpose: SealPurpose, id: string, tombstoneUntil: number): Promise<void> {
    await this.#within(() => this.#backend.remove(recordKey(purpose, id), tombstoneUntil + KEPT_LONGER));
  }

  /** Use once: true for the first claim of this id, false for every later one, at least until `expires`. */
  async claim(purpose: SealPurpose, id: string, expires: number): Promise<boolean> {
    return this.create(purpose, id, true, expires);
  }

  /** Whether a record was sealed by the newest key, and so outlasts a rotation that drops the others. */
  isSealedByNewest({ sealed }: Pick<StoredRecord, 'sealed'>): boolean {
    return this.#sealer.isSealedByNewest(sealed);
  }

  /** Resolves when the backend can read and write now. */
  async probe(): Promise<void> {
    await this.#within(() => this.#backend.probe());
  }

  async close(): Promise<void> {
    await this.#within(() => this.#backend.close());
  }

  async #within<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(call(), this.#deadline);
    } catch (cause) {
      throw sessionStoreUnavailable(cause);
    }
  }

  /** The expiry is sealed in, so that an old copy of a record, put back into the backend, is not revived. */
  #seal(purpose: SealPurpose, key: string, value: unknown, expires: number): Buffer {
    return this.#sealer.seal(purpose, key, JSON.stringify({ value, expires }));
  }

  #open(purpose: SealPurpose, key: string, bytes: Uint8Array | undefined): StoredRecord | undefined {
    const found = bytes && this.#unseal(purpose, key, bytes);
    if (bytes === undefined || found === undefined || this.#now() >= found.expires) return undefined;
    return { value: found.value, sealed: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  }

  #unseal(
    purpose: SealPurpose,
    key: string,
    bytes: Uint8Array,
  ): { value: unknown; expires: number } | undefined {
    const text = this.#sealer.open(purpose, key, bytes);
    // Only this class seals for these keys: what opens is what #seal() wrote.
    return text === undefined ? undefined : JSON.parse(text);
  }
}

function recordKey(purpose: SealPurpose, id: string): string {
  return hash('sha256', `${purpose}:${id}`, 'base64url');
}

/**
 * Where sealed records are kept. A backend is deliberately dumb: keys are opaque strings, records are opaque bytes,
 * and everything that must be decided or kept secret is decided and sealed above it, in `RecordStore`.
 *
 * A slot is empty, holds a record until its `expires`, or holds a tombstone until its own. What has expired counts as
 * empty. Every operation is atomic, also between processes. Times are milliseconds since the epoch. A backend that
 * cannot do what it was asked rejects; it never answers as if the slot were empty.
 */
export interface RecordBackend {
  /** The record, or undefined for an empty slot or a tombstone. */
  get(key: string): Promise<Uint8Array | undefined>;

  /** Fills an empty slot. True only for the first caller; false when a record or a tombstone is there. */
  create(key: string, record: Uint8Array, expires: number): Promise<boolean>;

  /** Fills or overwrites the slot. False, and no change, when a tombstone is there. */
  put(key: string, record: Uint8Array, expires: number): Promise<boolean>;

  /** Compare and swap: overwrites the slot only while it holds exactly `expected`. Never fills an empty slot. */
  replace(
    key: string,
    expected: Uint8Array,
    record: Uint8Array,
    expires: number,
    options?: ReplaceOptions,
  ): Promise<boolean>;

  /**
   * Deletes the record, if any, and leaves a tombstone that refuses every write until `tombstoneUntil`, and at least
   * until what it replaces would have expired.
   */
  remove(key: string, tombstoneUntil: number): Promise<void>;

  /** Resolves when the backend can read and write now. */
  probe(): Promise<void>;

  /** Lets go of files, sockets and timers. Calls after it reject. */
  close(): Promise<void>;
}

/** How a record is replaced. */
export interface ReplaceOptions {
  /**
   * Whether the version before may come back when the machine loses its power, so that nobody has to wait for the disk. Default:
   * false. Every process sees the new version at once in any case.
   */
  mayBeLost?: boolean;
}

/**
 * What every failure of the store becomes. A store that fails is never read as "nobody is connected".
 * @param cause Private: for the log.
 */
export function sessionStoreUnavailable(cause: unknown): PublicError {
  return new PublicError(
    503,
    'session_store_unavailable',
    'The server cannot reach its session store right now. Try again in a moment.',
    { cause },
  );
}
