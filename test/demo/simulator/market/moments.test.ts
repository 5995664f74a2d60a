import { describe, expect, it } from 'vitest';
import { everyDay, everySecond, momentsOf } from '../../../../demo/simulator/market/moments.ts';

/** The first moments after a day, as New York writes them. */
function following(timeframe: string, from: string, count: number): string[] {
  const moments = momentsOf(timeframe);
  const found: number[] = [moments.before(Date.parse(from))];
  while (found.length < count) found.push(moments.after(found.at(-1) ?? 0));
  return found.map((moment) => new Date(moment).toISOString().slice(0, 16));
}

describe('momentsOf()', () => {
  it.each([
    ['5Min', '2026-06-15T14:33:20Z', ['2026-06-15T14:30', '2026-06-15T14:35', '2026-06-15T14:40']],
    ['15T', '2026-06-15T14:33:20Z', ['2026-06-15T14:30', '2026-06-15T14:45', '2026-06-15T15:00']],
    ['2Hour', '2026-06-15T15:33:20Z', ['2026-06-15T14:00', '2026-06-15T16:00', '2026-06-15T18:00']],
    ['1Day', '2026-06-15T14:33:20Z', ['2026-06-15T04:00', '2026-06-16T04:00', '2026-06-17T04:00']],
    ['1Week', '2026-06-17T14:33:20Z', ['2026-06-15T04:00', '2026-06-22T04:00', '2026-06-29T04:00']],
    ['1M', '2026-01-31T14:33:20Z', ['2026-01-01T05:00', '2026-02-01T05:00', '2026-03-01T05:00']],
    ['3Month', '2026-05-31T14:33:20Z', ['2026-04-01T04:00', '2026-07-01T04:00', '2026-10-01T04:00']],
    ['12Month', '2026-05-31T14:33:20Z', ['2026-01-01T05:00', '2027-01-01T05:00', '2028-01-01T05:00']],
  ])('puts %s where Alpaca does', (timeframe, from, expected) => {
    expect(following(timeframe, from, 3)).toEqual(expected);
  });

  it.each([
    ['spring', '2026-03-07T12:00:00Z', ['2026-03-07T05:00', '2026-03-08T05:00', '2026-03-09T04:00']],
    ['autumn', '2026-10-31T12:00:00Z', ['2026-10-31T04:00', '2026-11-01T04:00', '2026-11-02T05:00']],
  ])('keeps days apart when the clocks change in %s', (_season, from, expected) => {
    const days = following('1Day', from, 3);
    // The night of the change itself may be an hour off: see `newYorkOffset()`.
    expect([days[0], days[2]]).toEqual([expected[0], expected[2]]);
    expect(new Set(days).size).toBe(3);
  });

  it.each(['', '7', 'Min', '0Min', '60Min', '24Hour', '2Day', '2Week', '5Month', '1Year', '1min', '1.5Min'])(
    'refuses "%s"',
    (timeframe) => {
      expect(() => momentsOf(timeframe)).toThrow(/invalid timeframe/);
    },
  );

  it('finds the same moments forwards and backwards', () => {
    for (const timeframe of ['1Min', '4Hour', '1Day', '1Week', '1Month', '6Month']) {
      const moments = momentsOf(timeframe);
      let moment = moments.before(Date.UTC(2024, 0, 15));
      for (let step = 0; step < 400; step++) {
        const next = moments.after(moment);
        expect(next).toBeGreaterThan(moment);
        expect(moments.before((moment + next) / 2)).toBe(moment);
        expect(moments.before(next)).toBe(next);
        moment = next;
      }
    }
  });
});

describe('everySecond', () => {
  it('knows its interval, and the days of the calendar have none', () => {
    expect(everySecond.interval).toBe(1_000);
    expect(everyDay.interval).toBeUndefined();
  });
});
