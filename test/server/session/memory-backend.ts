import type { RecordBackend } from '../../../server/session/records.ts';
import { steadyNow } from '../../../server/session/steady-clock.ts';

/** Undefined bytes make it a tombstone. */
interface Slot {
  record: Buffer | undefined;
  expires: number;
}

/** Records in this process's memory, for tests. Everybody is disconnected when the process ends. */
export class MemoryBackend implements RecordBackend {
  readonly #slots = new Map<string, Slot>();
  readonly #now: () => number;
  #closed = false;

  constructor({ now = steadyNow }: { now?: () => number } = {}) {
    this.#now = now;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#slot(key)?.record;
  }

  async create(key: string, record: Uint8Array, expires: number): Promise<boolean> {
    if (this.#slot(key) !== undefined) return false;
    this.#fill(key, record, expires);
    return true;
  }

  async put(key: string, record: Uint8Array, expires: number): Promise<boolean> {
    const slot = this.#slot(key);
    if (slot !== undefined && slot.record === undefined) return false;
    this.#fill(key, record, expires);
    return true;
  }

  async replace(key: string, expected: Uint8Array, record: Uint8Array, expires: number): Promise<boolean> {
    if (!this.#slot(key)?.record?.equals(expected)) return false;
    this.#fill(key, record, expires);
    return true;
  }

  async remove(key: string, tombstoneUntil: number): Promise<void> {
    const expires = Math.max(tombstoneUntil, this.#slot(key)?.expires ?? 0);
    this.#slots.set(key, { record: undefined, expires });
  }

  async probe(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#slots.clear();
  }

  #slot(key: string): Slot | undefined {
    this.#assertOpen();
    const slot = this.#slots.get(key);
    if (slot === undefined || this.#now() < slot.expires) return slot;
    this.#slots.delete(key);
    return undefined;
  }

  /** Copies, so that a caller who reuses its buffer does not change the record. */
  #fill(key: string, record: Uint8Array, expires: number): void {
    this.#slots.set(key, { record: Buffer.from(record), expires });
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('The memory backend is closed.');
  }
}
