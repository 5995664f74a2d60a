interface SteadyClockOptions {
  /** The machine's clock, in milliseconds since the epoch. It may be set, in either direction, at any time. */
  wall?: () => number;
  /** A clock that nobody can set, in milliseconds from any moment. On Linux it stands still while the machine is suspended. */
  elapsed?: () => number;
}

/** How long a step of the machine's clock has to last before it is followed, in milliseconds. */
const FOLLOWED_AFTER = 10 * 60_000;

/** How much of the time between two readings counts, in milliseconds. An idle server reads rarely, and misses what was between. */
const LONGEST_GAP = 60_000;

/** Differences up to this many milliseconds are no step. */
const NO_STEP = 1_000;

/**
 * The time since the epoch, for expiries that several processes and restarts have to agree on. It starts at the
 * machine's clock and goes on with one that nobody can set. When the machine's clock is stepped, it follows only after
 * every reading during ten minutes showed the same step: a clock that is two days ahead for a minute ends no session,
 * and a real correction is followed in the end. (Durations need no date: they go by `performance.now()` alone.)
 */
export class SteadyClock {
  readonly #wall: () => number;
  readonly #elapsed: () => number;
  /** What this clock adds to `#elapsed`. */
  #offset: number;
  /** A step that was seen and is not followed yet. */
  #step: { offset: number; seenAt: number; lasted: number } | undefined;

  constructor({ wall = () => Date.now(), elapsed = () => performance.now() }: SteadyClockOptions = {}) {
    this.#wall = wall;
    this.#elapsed = elapsed;
    this.#offset = wall() - elapsed();
  }

  /** Milliseconds since the epoch, a whole number. */
  now(): number {
    const elapsed = this.#elapsed();
    const offset = this.#wall() - elapsed;
    if (isStep(offset, this.#offset)) this.#waitForStep(offset, elapsed);
    else this.#step = undefined;
    return Math.floor(elapsed + this.#offset);
  }

  /** Follows the step once it has lasted long enough. */
  #waitForStep(offset: number, elapsed: number): void {
    const known = this.#step;
    const isKnown = known !== undefined && !isStep(offset, known.offset);
    const gap = isKnown ? Math.min(elapsed - known.seenAt, LONGEST_GAP) : 0;
    const lasted = isKnown ? known.lasted + gap : 0;
    this.#step = { offset, seenAt: elapsed, lasted };
    if (lasted < FOLLOWED_AFTER) return;
    this.#offset = offset;
    this.#step = undefined;
  }
}

function isStep(one: number, other: number): boolean {
  return Math.abs(one - other) > NO_STEP;
}

const clock = new SteadyClock();

/** The one steady clock of this process, so that all its parts agree on what has expired. */
export function steadyNow(): number {
  return clock.now();
}
