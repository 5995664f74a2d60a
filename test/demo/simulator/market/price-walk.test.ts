import { describe, expect, it } from 'vitest';
import { ASSETS } from '../../../../demo/simulator/market/assets.ts';
import { createPriceWalk } from '../../../../demo/simulator/market/price-walk.ts';

const TIME = Date.UTC(2026, 5, 15, 14, 30);
const HOUR = 3_600_000;
const walk = createPriceWalk('alpaca');

describe('createPriceWalk()', () => {
  it('gives the same price for the same seed and moment', () => {
    const again = createPriceWalk('alpaca');
    for (const asset of ASSETS) expect(again.at(asset, TIME)).toBe(walk.at(asset, TIME));
  });

  it('makes another market of another seed', () => {
    const other = createPriceWalk('another');
    expect(ASSETS.some((asset) => other.at(asset, TIME) !== walk.at(asset, TIME))).toBe(true);
  });

  it('moves at most once a second, in whole cents', () => {
    for (const asset of ASSETS) {
      const price = walk.at(asset, TIME);
      expect(walk.at(asset, TIME + 999)).toBe(price);
      expect(price).toBe(Number(price.toFixed(2)));
    }
  });

  it('moves each asset again and again within a minute, and none by a fifth within a day', () => {
    for (const asset of ASSETS) {
      const price = walk.at(asset, TIME);
      const minute = Array.from({ length: 60 }, (_, second) => walk.at(asset, TIME + second * 1_000));
      const moves = minute.filter((now, second) => second > 0 && now !== minute[second - 1]);
      expect(moves.length, asset.symbol).toBeGreaterThan(15);
      expect(Math.abs(walk.at(asset, TIME + 24 * HOUR) / price - 1)).toBeLessThan(0.2);
    }
  });

  it.each([
    ['a minute', 60_000],
    ['five minutes', 300_000],
    ['an hour', HOUR],
    ['a day', 24 * HOUR],
  ])('has no price outside of its range over %s', (_name, length) => {
    for (const asset of ASSETS.slice(0, 4)) {
      const { low, high } = walk.range(asset, TIME, TIME + length);
      for (let time = TIME; time <= TIME + length; time += Math.ceil(length / 3_600_000) * 1_000) {
        const price = walk.at(asset, time);
        if (price < low || price > high) expect.fail(`${asset.symbol} left ${low}..${high} with ${price}`);
      }
      expect(high / low - 1).toBeLessThan(asset.dailyMove * 8);
    }
  });
});
