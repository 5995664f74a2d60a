import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../server/trade-updates/stream.ts';

const waits = (backoff: Backoff): number[] => Array.from({ length: 8 }, () => backoff.next());

describe('Backoff', () => {
  it('doubles up to half a minute', () => {
    expect(waits(new Backoff(() => 1))).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('never waits for less than half of that', () => {
    expect(waits(new Backoff(() => 0))).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it('reset() begins anew', () => {
    const backoff = new Backoff(() => 1);
    waits(backoff);
    backoff.reset();
    expect(backoff.next()).toBe(1_000);
  });

  it('keeps two streams out of step', () => {
    const [one, other] = [new Backoff(), new Backoff()];
    expect(waits(one)).not.toEqual(waits(other));
  });
});
