import { describe, expect, it } from 'vitest';
import { findAsset } from '../../../../demo/simulator/market/assets.ts';
import { barAt, barsOf } from '../../../../demo/simulator/market/bars.ts';
import { createPriceWalk } from '../../../../demo/simulator/market/price-walk.ts';

const prices = createPriceWalk('alpaca');
const NOW = Date.UTC(2026, 5, 15, 14, 30, 20);
const MINUTE = 60_000;
const DAY = 86_400_000;

function apple() {
  const asset = findAsset('AAPL');
  if (asset === undefined) throw new Error('AAPL is gone from ASSETS.');
  return asset;
}

describe('barsOf()', () => {
  it('lists aligned bars up to the one that runs', () => {
    const range = { length: MINUTE, start: NOW - 150_000, end: NOW + DAY, limit: 100 };
    const starts = barsOf(prices, apple(), range, NOW).map(({ t }) => t);
    expect(starts).toEqual(['2026-06-15T14:28:00Z', '2026-06-15T14:29:00Z', '2026-06-15T14:30:00Z']);
  });

  it('stops at the limit', () => {
    const range = { length: MINUTE, start: NOW - DAY, end: NOW, limit: 7 };
    expect(barsOf(prices, apple(), range, NOW)).toHaveLength(7);
  });

  it('begins the bar of a day at midnight in New York', () => {
    const range = { length: DAY, start: NOW - 2 * DAY, end: NOW, limit: 10 };
    expect(barsOf(prices, apple(), range, NOW).map(({ t }) => t.slice(11))).toEqual([
      '04:00:00Z',
      '04:00:00Z',
    ]);
  });
});

describe('barAt()', () => {
  it('closes the bar that runs at the price of the moment', () => {
    expect(barAt(prices, apple(), NOW, DAY, NOW).c).toBe(prices.at(apple(), NOW));
  });

  it('keeps open and close between low and high', () => {
    for (const length of [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, DAY]) {
      const { o, h, l, c } = barAt(prices, apple(), NOW - 3 * DAY, length, NOW);
      expect(Math.min(o, c)).toBeGreaterThanOrEqual(l);
      expect(Math.max(o, c)).toBeLessThanOrEqual(h);
    }
  });
});
