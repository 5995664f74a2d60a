/** For how long a copy may be used, in milliseconds from the start of its read: what another process changes holds here by then. */
const LIFETIME = 250;
/** How many copies are kept at most. The oldest goes first. */
const MOST = 5_000;

interface Copy<T> {
  /** By `performance.now()`. */
  readAt: number;
  value: Promise<T | undefined>;
}

/**
 * What was read or verified a moment ago, so that a busy session costs it once, and not with each of its requests. What is in
 * here is as secret as the store's key: nothing stays longer than it may be used. Copies are shared, so nobody may change them.
 */
export class RecentReads<T> {
  readonly #copies = new Map<string, Copy<T>>();
  #sweeping: NodeJS.Timeout | undefined;

  /** The copy, or what `read` finds. Only what was found is kept: neither an absence nor a failure. */
  read(id: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.#copies.get(id);
    const readAt = performance.now();
    if (known && readAt - known.readAt < LIFETIME) return known.value;
    const copy = { readAt, value: read() };
    // A map keeps its order: the oldest copy is the first.
    this.#copies.delete(id);
    this.#copies.set(id, copy);
    if (this.#copies.size > MOST) this.#copies.delete(this.#copies.keys().next().value ?? '');
    const forget = () => {
      if (this.#copies.get(id) === copy) this.#copies.delete(id);
    };
    copy.value.then((found) => found ?? forget(), forget);
    this.#sweeping ??= setTimeout(this.#sweep, LIFETIME).unref();
    return copy.value;
  }

  /** To be called after every change that this process made, or tried to make. */
  forget(id: string): void {
    this.#copies.delete(id);
  }

  readonly #sweep = (): void => {
    const now = performance.now();
    for (const [id, { readAt }] of this.#copies) {
      if (now - readAt < LIFETIME) break;
      this.#copies.delete(id);
    }
    this.#sweeping = this.#copies.size > 0 ? setTimeout(this.#sweep, LIFETIME).unref() : undefined;
  };
}
