import { describe, expect, it } from 'vitest';
import { findAsset } from '../../../../demo/simulator/market/assets.ts';
import { barAt } from '../../../../demo/simulator/market/bars.ts';
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
