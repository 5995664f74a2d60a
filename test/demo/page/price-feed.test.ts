import { describe, expect, it } from 'vitest';
import { pricesIn } from '../../../demo/page/price-feed.ts';

describe('pricesIn()', () => {
  it('is the price of the latest trade of each symbol that was traded', () => {
    const snapshots = { AAPL: { latestTrade: { p: 191.24, t: '' } }, NEW: { latestTrade: null }, ODD: {} };
    expect([...pricesIn(snapshots)]).toEqual([['AAPL', '191.24']]);
  });
});
