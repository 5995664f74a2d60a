import { expect, it } from 'vitest';
import { findAsset } from '../../../../demo/simulator/market/assets.ts';
import { auctionSeries } from '../../../../demo/simulator/market/auctions.ts';
import { createPriceWalk } from '../../../../demo/simulator/market/price-walk.ts';

it('auctionSeries() knows each auction as soon as it was held', () => {
  const stock = findAsset('KO');
  if (stock === undefined) throw new Error('KO is gone from ASSETS.');
  const series = auctionSeries(createPriceWalk('alpaca'));
  const midnight = Date.parse('2026-06-15T04:00:00Z');
  const heldBy = (time: string) => {
    const day = series.at(stock, midnight, Date.parse(`2026-06-15T${time}:00Z`));
    return day && [day.o.length, day.c.length];
  };
  expect(['13:29', '13:30', '19:59', '20:00'].map(heldBy)).toEqual([undefined, [1, 0], [1, 0], [1, 1]]);
});
