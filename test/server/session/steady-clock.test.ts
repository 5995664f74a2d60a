import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SteadyClock } from '../../../server/session/steady-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = 1_700_000_000_000;

/** A machine whose clock somebody sets. */
class Machine {
  elapsed = 12_345;
  /** How wrong its clock is. */
  error = 0;
  readonly #startedAt = this.elapsed;
  readonly clock: SteadyClock;

  constructor({ error = 0 } = {}) {
    this.error = error;
    this.clock = new SteadyClock({ wall: () => this.truth() + this.error, elapsed: () => this.elapsed });
  }

  truth(): number {
    return START + this.elapsed - this.#startedAt;
  }

  /** Lets time pass, and somebody looks at the clock every so often. */
  pass(time: number, lookEvery = MINUTE): void {
    for (const end = this.elapsed + time; this.elapsed < end; ) {
      this.elapsed = Math.min(end, this.elapsed + lookEvery);
      this.clock.now();
    }
  }

  off(): number {
    return this.clock.now() - this.truth();
  }
}

describe('SteadyClock', () => {
  it('starts at the time of the machine and goes on with it, in whole milliseconds', () => {
    const machine = new Machine();
    expect(machine.off()).toBe(0);
    machine.elapsed += HOUR + 0.75;
    expect(machine.clock.now()).toBe(START + HOUR);
  });

  it('does not notice a clock that is two days ahead for a minute, or two hours behind for nine', () => {
    const machine = new Machine();
    machine.error = 2 * DAY;
    machine.pass(MINUTE, SECOND);
    expect(machine.off()).toBe(0);
    machine.error = -2 * HOUR;
    machine.pass(9 * MINUTE, SECOND);
    expect(machine.off()).toBe(0);
    machine.error = 0;
    machine.pass(HOUR);
    expect(machine.off()).toBe(0);
  });

  it.each([
    ['ahead', 2 * HOUR],
    ['behind', -2 * HOUR],
  ])('believes a clock that stays %s after ten minutes of looking at it', (_, step) => {
    const machine = new Machine();
    machine.error = step;
    machine.clock.now();
    machine.pass(10 * MINUTE - 1);
    expect(machine.off()).toBe(0);
    machine.pass(1);
    expect(machine.off()).toBe(step);
  });

  it('recovers from a start while the clock was wrong', () => {
    const machine = new Machine({ error: 2 * DAY });
    machine.pass(MINUTE);
    machine.error = 0;
    machine.pass(11 * MINUTE);
    expect(machine.off()).toBe(0);
  });

  it('does not take two looks with hours between them for hours of looking', () => {
    const machine = new Machine();
    machine.error = 2 * DAY;
    machine.clock.now();
    machine.elapsed += 5 * HOUR;
    expect(machine.off()).toBe(0);
    machine.error = 0;
    expect(machine.off()).toBe(0);
  });

  it('follows the machine after it was suspended, when the other clock stood still', () => {
    const machine = new Machine();
    machine.error = 8 * HOUR;
    machine.pass(11 * MINUTE);
    expect(machine.off()).toBe(8 * HOUR);
  });

  it('does not believe a clock that is wrong in another way at every look', () => {
    const machine = new Machine();
    for (let look = 0; look < 1_000; look += 1) {
      machine.error = look % 2 === 0 ? HOUR : -HOUR;
      machine.pass(MINUTE);
    }
    expect(machine.off()).toBe(0);
  });

  it('never moves by wrong clocks that each last less than ten minutes, and never runs backwards meanwhile', () => {
    const episode = fc.record({
      error: fc.integer({ min: -400 * DAY, max: 400 * DAY }),
      lasts: fc.integer({ min: 1, max: 10 * MINUTE - 1 }),
      lookEvery: fc.integer({ min: 10 * SECOND, max: 3 * HOUR }),
      right: fc.integer({ min: 1, max: HOUR }),
    });
    fc.assert(
      fc.property(fc.array(episode, { maxLength: 12 }), (episodes) => {
        const machine = new Machine();
        let latest = machine.clock.now();
        for (const { error, lasts, lookEvery, right } of episodes) {
          machine.error = error;
          machine.pass(lasts, lookEvery);
          expect(machine.off()).toBe(0);
          machine.error = 0;
          machine.pass(right, lookEvery);
          expect(machine.off()).toBe(0);
          expect(machine.clock.now()).toBeGreaterThan(latest);
          latest = machine.clock.now();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is right again, whatever happened before, once the clock was right for ten minutes of looking', () => {
    const episode = fc.record({
      error: fc.integer({ min: -400 * DAY, max: 400 * DAY }),
      lasts: fc.integer({ min: 1, max: HOUR }),
      lookEvery: fc.integer({ min: 10 * SECOND, max: 3 * HOUR }),
    });
    fc.assert(
      fc.property(
        fc.array(episode, { maxLength: 12 }),
        fc.integer({ min: -DAY, max: DAY }),
        (episodes, error) => {
          const machine = new Machine({ error });
          for (const { error, lasts, lookEvery } of episodes) {
            machine.error = error;
            machine.pass(lasts, lookEvery);
          }
          machine.error = 0;
          machine.clock.now();
          machine.pass(10 * MINUTE);
          expect(Math.abs(machine.off())).toBeLessThanOrEqual(SECOND);
        },
      ),
      { numRuns: 300 },
    );
  });
});
