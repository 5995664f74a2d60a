import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { retryDelay } from '../../widget/retry-delay.ts';

afterEach(() => vi.restoreAllMocks());

describe('retryDelay()', () => {
  it.each([
    [0, 2_000],
    [1, 4_000],
    [3, 16_000],
    [4, 30_000],
    [10_000, 30_000],
  ])('after %i failures is at most %i ms', (failures, longest) => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    expect(retryDelay(failures)).toBe(longest);
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(retryDelay(failures)).toBe(1_000);
  });

  it('is between 1 and 30 seconds whatever happened, and never the same for all', () => {
    const delays = new Set<number>();
    fc.assert(
      fc.property(fc.nat(), (failures) => {
        const delay = retryDelay(failures);
        delays.add(delay);
        expect(delay).toBeGreaterThanOrEqual(1_000);
        expect(delay).toBeLessThanOrEqual(30_000);
      }),
    );
    expect(delays.size).toBeGreaterThan(10);
  });

  it('comes after what the server asked for', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(retryDelay(0, '60')).toBe(61_000);
  });

  // A timer of more than 2^31 ms ends at once: the page would ask without a pause.
  it('is an hour at most, also when a server asks for a month', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    expect(retryDelay(0, '2592000')).toBe(3_601_000);
  });

  it.each(['', '-60', 'soon', 'NaN', 'Fri, 31 Dec 2027 23:59:59 GMT', null])(
    'does without a Retry-After of %s',
    (retryAfter) => {
      vi.spyOn(Math, 'random').mockReturnValue(0);
      expect(retryDelay(0, retryAfter)).toBe(1_000);
    },
  );
});
