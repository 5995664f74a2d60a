import type { Options, Store } from 'express-rate-limit';
import type { Logger } from 'pino';
import { MinuteCounts } from '../guard/minute-counts.ts';
import { rateLimited } from '../guard/rate-limited.ts';
import { report } from '../log/report.ts';
import { withDeadline } from '../session/with-deadline.ts';

/** Milliseconds that a call waits to be counted. */
const STORE_DEADLINE = 1_000;

/**
 * Bounds the calls of one connection to one API in a minute (backend.md V8), without Express.
 *
 * Alpaca itself lets an account send 200 a minute to the Trading API, says in `X-RateLimit-*` how many are left, and is
 * what an honest page should meet first. The default is twice that (`CALLS_PER_MINUTE`): a page that obeys Alpaca can end
 * one of Alpaca's minutes and begin the next within one of ours. It stops the page that obeys nobody, whose flood would
 * come from this server's address, which all of its people share. A larger market data plan wants a larger number.
 *
 * The counts live in this process's memory: two servers let twice as much pass. Whoever counts elsewhere gives
 * it another `store`; while that fails, calls go through (fail open: Alpaca's own limit still stands, and a person must be able to
 * cancel an order).
 */
export class CallRate {
  readonly #perMinute: number;
  readonly #log: Logger;
  readonly #store: Store;

  constructor({
    perMinute,
    log,
    store = new MinuteCounts(),
  }: { perMinute: number; log: Logger; store?: Store }) {
    this.#perMinute = perMinute;
    this.#log = log;
    this.#store = store;
    this.#store.init?.({ windowMs: 60_000 } as Options);
  }

  /**
   * Counts one call.
   * @param key Names the connection and the API.
   * @throws PublicError 429 `rate_limited`, with `Retry-After`
   */
  async count(key: string): Promise<void> {
    const seen = await this.#increment(key);
    if (seen && seen.totalHits > this.#perMinute) throw rateLimited('requests', seen.resetTime);
  }

  /** Ends what a store may have begun. */
  close(): void {
    void this.#store.shutdown?.();
  }

  async #increment(key: string) {
    try {
      return await withDeadline(Promise.resolve(this.#store.increment(key)), STORE_DEADLINE);
    } catch (error) {
      report(this.#log, 'warn', { event: 'call_not_counted', error });
      return undefined;
    }
  }
}
