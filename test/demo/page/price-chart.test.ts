import { describe, expect, it } from 'vitest';
import type { ChartTime } from '../../../demo/page/chart-time.ts';
import { extendCandle } from '../../../demo/page/price-chart.ts';

const LAST = { time: 300 as ChartTime, open: 10, high: 11, low: 9, close: 10 };

describe('extendCandle()', () => {
  it('stretches the last candle to the latest trade', () => {
    expect(extendCandle(LAST, LAST.time, 12)).toEqual({ ...LAST, high: 12, close: 12 });
    expect(extendCandle(LAST, LAST.time, 8)).toEqual({ ...LAST, low: 8, close: 8 });
  });

  it('begins the next one with its first trade', () => {
    const time = 600 as ChartTime;
    expect(extendCandle(LAST, time, 12)).toEqual({ time, open: 12, high: 12, low: 12, close: 12 });
  });

  it('ignores a trade of the past', () => {
    expect(extendCandle(LAST, 0 as ChartTime, 12)).toBeUndefined();
  });
});
