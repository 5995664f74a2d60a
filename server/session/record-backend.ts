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
  replace(key: string, expected: Uint8Array, record: Uint8Array, expires: number): Promise<boolean>;

  /**
   * Deletes the record, if any, and leaves a tombstone that refuses every write until `tombstoneUntil`, and at least
   * until what it replaces would have expired.
   */
  remove(key: string, tombstoneUntil: number): Promise<void>;

  /** Reads and deletes at once: of several callers, one gets the record. Leaves the slot empty, without a tombstone. */
  take(key: string): Promise<Uint8Array | undefined>;

  /** Resolves when the backend can read and write now. */
  probe(): Promise<void>;

  /** Lets go of files, sockets and timers. Calls after it reject. */
  close(): Promise<void>;
}
