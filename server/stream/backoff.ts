const FIRST = 1_000;
const LONGEST = 30_000;

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, up to half a minute, and always
 * between half of that and all of it at random, so that the streams of a server do not return to Alpaca in step.
 */
export class Backoff {
  readonly #random: () => number;
  #limit = FIRST;

  /** @param random From 0 up to and without 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  next(): number {
    const wait = this.#limit * (0.5 + this.#random() / 2);
    this.#limit = Math.min(2 * this.#limit, LONGEST);
    return Math.round(wait);
  }

  /** Begins with the shortest wait again. */
  reset(): void {
    this.#limit = FIRST;
  }
}
