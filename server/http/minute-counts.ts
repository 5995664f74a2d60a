import type { IncrementResponse, Options, Store } from 'express-rate-limit';

/** So that a flood of addresses cannot fill the memory. Beyond it, the counts that began first are forgotten. */
const MOST_KEYS = 50_000;

interface Count {
  hits: number;
  /** By `elapsed`. */
  endsAt: number;
}

interface MinuteCountsOptions {
  /** A clock that nobody can set, in milliseconds from any moment. */
  elapsed?: () => number;
  mostKeys?: number;
}

/**
 * Counts of express-rate-limit in this process's memory, each for as long as its `windowMs` says. Unlike the library's
 * own store it goes by a monotonic clock: when the machine's clock is set back by two hours, nobody who is at a limit
 * waits for two hours.
 */
export class MinuteCounts implements Store {
  readonly localKeys = true;
  readonly #elapsed: () => number;
  readonly #mostKeys: number;
  /** In the order in which they end. */
  readonly #counts = new Map<string, Count>();
  #window = 60_000;

  constructor({ elapsed = () => performance.now(), mostKeys = MOST_KEYS }: MinuteCountsOptions = {}) {
    this.#elapsed = elapsed;
    this.#mostKeys = mostKeys;
  }

  init({ windowMs }: Pick<Options, 'windowMs'>): void {
    this.#window = windowMs;
  }

  /** Counts one more. `resetTime` is for the answer to this very request: it is a date of the machine's clock. */
  increment(key: string): IncrementResponse {
    const now = this.#elapsed();
    this.#forgetEnded(now);
    const count = this.#counts.get(key) ?? this.#begin(key, now);
    count.hits += 1;
    return { totalHits: count.hits, resetTime: new Date(Date.now() + count.endsAt - now) };
  }

  /** How often it was counted, without counting it. `resetTime` is as in `increment()`. */
  get(key: string): IncrementResponse | undefined {
    const now = this.#elapsed();
    this.#forgetEnded(now);
    const count = this.#counts.get(key);
    return count && { totalHits: count.hits, resetTime: new Date(Date.now() + count.endsAt - now) };
  }

  decrement(key: string): void {
    const count = this.#counts.get(key);
    if (count && count.hits > 0) count.hits -= 1;
  }

  resetKey(key: string): void {
    this.#counts.delete(key);
  }

  resetAll(): void {
    this.#counts.clear();
  }

  #begin(key: string, now: number): Count {
    const [oldest] = this.#counts.size >= this.#mostKeys ? this.#counts.keys() : [];
    if (oldest !== undefined) this.#counts.delete(oldest);
    const count = { hits: 0, endsAt: now + this.#window };
    this.#counts.set(key, count);
    return count;
  }

  #forgetEnded(now: number): void {
    for (const [key, { endsAt }] of this.#counts) {
      if (endsAt > now) return;
      this.#counts.delete(key);
    }
  }
}
