import { createHmac, randomBytes } from 'node:crypto';
import { type RecordStore, sessionStoreUnavailable } from './records.ts';

/** Practically for ever. Milliseconds. */
const KEPT_FOR = 100 * 365 * 24 * 3_600_000;

/** The record is missing only once, and then somebody else made it. More failures in a row mean that the backend is broken. */
const MOST_TRIES = 5;

/**
 * The names under which the store keeps what belongs to a person of the app, or of a broker. Their ids are short and easy to guess,
 * such as numbers or addresses, so that a plain hash would tell whoever copied the store who they are: the names are keyed, with a
 * random key that is sealed into the store like everything else. It stays the same when the keys of the ring change: then the names
 * do too.
 *
 * The key is kept once for each key of the ring, so that servers which add and drop keys one after the other find the same one, and a
 * server that was started with foreign keys by mistake changes nothing.
 */
export class UserNames {
  readonly #records: RecordStore;
  readonly #keyIds: readonly string[];
  readonly #now: () => number;

  /** @param keyIds Of the ring, newest first: `Sealer.keyIds()`. */
  constructor({
    records,
    keyIds,
    now,
  }: { records: RecordStore; keyIds: readonly string[]; now: () => number }) {
    this.#records = records;
    this.#keyIds = keyIds;
    this.#now = now;
  }

  /**
   * The name of a person; undefined in a store that never knew any.
   * @throws PublicError 503 `session_store_unavailable`
   */
  async find(user: string): Promise<string | undefined> {
    const key = await this.#findKey();
    return key && keyedName(key, user);
  }

  /**
   * The name of a person. Makes the key where there is none.
   * @throws PublicError 503 `session_store_unavailable`
   */
  async make(user: string): Promise<string> {
    return keyedName(await this.#makeKey(), user);
  }

  async #makeKey(): Promise<Buffer> {
    // The first one in the order that all servers have in common, also while some have another key in front.
    const [id = ''] = [...this.#keyIds].sort();
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const key = await this.#findKey();
      if (key !== undefined) return key;
      const made = randomBytes(32).toString('base64');
      await this.#records.fill('user-name-key', id, made, this.#expires());
    }
    throw sessionStoreUnavailable(new Error('The key of the names could not be made.'));
  }

  /** Read anew each time: a store that was emptied under a running server has another key. */
  async #findKey(): Promise<Buffer | undefined> {
    for (const id of [...this.#keyIds].sort()) {
      const key = await this.#read(id);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  async #read(id: string): Promise<Buffer | undefined> {
    const found = await this.#records.read('user-name-key', id);
    if (found === undefined || typeof found.value !== 'string') return undefined;
    const [newest = ''] = this.#keyIds;
    if (id !== newest) await this.#records.fill('user-name-key', newest, found.value, this.#expires());
    else if (!this.#records.isSealedByNewest(found)) {
      await this.#records.replace('user-name-key', id, found.sealed, found.value, this.#expires());
    }
    return Buffer.from(found.value, 'base64');
  }

  #expires(): number {
    return this.#now() + KEPT_FOR;
  }
}

function keyedName(key: Buffer, user: string): string {
  return createHmac('sha256', key).update(user).digest('base64url');
}
