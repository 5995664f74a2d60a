import { Router } from 'express';
import type { Asset } from './assets.ts';
import { auctionSeries } from './auctions.ts';
import { barSeries } from './bars.ts';
import { latestBar, latestQuote, latestTrade, snapshotOf } from './latest.ts';
import { everySecond } from './moments.ts';
import type { PriceWalk } from './price-walk.ts';
import { QuoteDesk } from './quote-desk.ts';
import { stockCodeRoutes } from './stock-codes.ts';

/** Everything of the Market Data API below `/v2/stocks`. Past quotes and trades are what the latest were then. */
export function stockRoutes(prices: PriceWalk): Router {
  const desk = new QuoteDesk('us_equity');
  const quoteOf = (asset: Asset, now: number) => latestQuote(prices, asset, now);
  const tradeOf = (asset: Asset, now: number) => latestTrade(prices, asset, now);
  const barOf = (asset: Asset, now: number) => latestBar(prices, asset, now);
  const snapshot = (asset: Asset, now: number) => snapshotOf(prices, asset, now);
  const router = Router();

  router.use('/meta', stockCodeRoutes());
  for (const [name, one, read] of [
    ['quotes', 'quote', quoteOf],
    ['trades', 'trade', tradeOf],
    ['bars', 'bar', barOf],
  ] as const) {
    router.get(`/${name}/latest`, desk.latestOfMany(name, read));
    router.get(`/:symbol/${name}/latest`, desk.latestOfOne(one, read));
  }
  router.get('/snapshots', desk.latestOfMany(undefined, snapshot));
  router.get('/:symbol/snapshot', desk.latestOfOne(undefined, snapshot));

  for (const [name, series] of [
    ['quotes', () => ({ moments: everySecond, at: quoteOf })],
    ['trades', () => ({ moments: everySecond, at: tradeOf })],
    ['auctions', () => auctionSeries(prices)],
  ] as const) {
    router.get(`/${name}`, desk.pastOfMany<unknown>(name, series));
    router.get(`/:symbol/${name}`, desk.pastOfOne<unknown>(name, series));
  }
  router.get(
    '/bars',
    desk.pastOfMany('bars', (request) => barSeries(prices, request)),
  );
  router.get(
    '/:symbol/bars',
    desk.pastOfOne('bars', (request) => barSeries(prices, request)),
  );
  return router;
}
