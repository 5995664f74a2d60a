import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextClose,
  nextTime,
  nextTradingTime,
  startOfDay,
} from '../../../../demo/simulator/market/trading-day.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (time: number) => new Date(time).toISOString();

describe('trading day', () => {
  it.each([
    ['in summer', '2026-06-15T14:30:00.000Z', '2026-06-15T20:00:00.000Z'],
    ['in winter', '2026-01-15T14:30:00.000Z', '2026-01-15T21:00:00.000Z'],
    ['in the evening', '2026-06-15T20:00:00.000Z', '2026-06-16T20:00:00.000Z'],
    ['on a Saturday', '2026-06-13T12:00:00.000Z', '2026-06-13T20:00:00.000Z'],
  ])('closes at four in New York %s', (_name, now, close) => {
    expect(iso(nextClose(Date.parse(now)))).toBe(close);
  });

  it('has its next opening after weekend and holiday', () => {
    const open = nextTradingTime(Date.parse('2025-07-03T15:00:00Z'), 9.5 * HOUR);
    expect(iso(open)).toBe('2025-07-07T13:30:00.000Z');
  });

  it('begins within the 25 hours before a moment, and shows every time of day within the 25 after it', () => {
    const anyTime = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) });
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: DAY - 1 }), (now, timeOfDay) => {
        const next = nextTime(now, timeOfDay);
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual(25 * HOUR);
        expect(startOfDay(now)).toBeLessThanOrEqual(now);
        expect(startOfDay(now)).toBeGreaterThan(now - 25 * HOUR);
      }),
    );
  });
});
