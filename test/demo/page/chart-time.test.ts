import { describe, expect, it } from 'vitest';
import { chartTime, startOfStep } from '../../../demo/page/chart-time.ts';

const shown = (moment: string): string =>
  new Date(chartTime(Date.parse(moment)) * 1_000).toISOString().slice(0, 16);

describe('chartTime()', () => {
  it.each([
    ['in winter', '2026-11-23T14:30:00Z', '2026-11-23T09:30'],
    ['in summer', '2026-07-23T13:30:00Z', '2026-07-23T09:30'],
    ['on the day before', '2026-11-24T03:00:00Z', '2026-11-23T22:00'],
    ['before the clocks change', '2026-11-01T05:59:00Z', '2026-11-01T01:59'],
    ['after the clocks changed', '2026-11-01T07:00:00Z', '2026-11-01T02:00'],
  ])("is New York's clock %s", (_when, moment, clock) => {
    expect(shown(moment)).toBe(clock);
  });
});

describe('startOfStep()', () => {
  it("is the begin of New York's day when the step is a day", () => {
    const noon = chartTime(Date.parse('2026-11-23T17:00:00Z'));
    expect(startOfStep(noon, 86_400)).toBe(chartTime(Date.parse('2026-11-23T05:00:00Z')));
  });
});
