import { Router } from 'express';
import { badRequest } from '../api/api-error.ts';
import { round } from '../api/decimal.ts';
import type { Asset } from './assets.ts';
import { barSeries } from './bars.ts';
import { latestBar, latestQuote, latestTrade, snapshotOf } from './latest.ts';
import { everySecond } from './moments.ts';
import type { PriceWalk } from './price-walk.ts';
import { QuoteDesk } from './quote-desk.ts';

/** Where crypto is traded. All places have the same prices here. */
const PLACES = ['us', 'us-1', 'us-2', 'eu-1', 'bs-1'];

/** Everything of the Market Data API below `/v1beta3/crypto`. No scope is needed for it. */
export function cryptoRoutes(prices: PriceWalk): Router {
  const desk = new QuoteDesk('crypto');
  const quoteOf = (pair: Asset, now: number) => latestQuote(prices, pair, now);
  const tradeOf = (pair: Asset, now: number) => cryptoTrade(prices, pair, now);
  const router = Router();

  router.param('loc', (_request, _response, next, loc) => {
    if (!PLACES.includes(loc)) throw badRequest(`invalid location: one of ${PLACES.join(', ')}`);
    next();
  });
  for (const [name, read] of [
    ['quotes', quoteOf],
    ['trades', tradeOf],
    ['bars', (pair: Asset, now: number) => latestBar(prices, pair, now)],
    ['orderbooks', (pair: Asset, now: number) => orderBook(prices, pair, now)],
  ] as const) {
    router.get(`/:loc/latest/${name}`, desk.latestOfMany(name, read));
  }
  router.get(
    '/:loc/snapshots',
    desk.latestOfMany('snapshots', (pair, now) => ({
      ...snapshotOf(prices, pair, now),
      latestTrade: tradeOf(pair, now),
    })),
  );
  router.get(
    '/:loc/quotes',
    desk.pastOfMany('quotes', () => ({ moments: everySecond, at: quoteOf })),
  );
  router.get(
    '/:loc/trades',
    desk.pastOfMany('trades', () => ({ moments: everySecond, at: tradeOf })),
  );
  router.get(
    '/:loc/bars',
    desk.pastOfMany('bars', (request) => barSeries(prices, request)),
  );
  return router;
}

/** Time, price, size, id, and whether the buyer or the seller took the other's offer. */
function cryptoTrade(prices: PriceWalk, pair: Asset, now: number) {
  const { t, p, i } = latestTrade(prices, pair, now);
  return { t, p, s: 0.25, i, tks: i % 2 === 0 ? 'B' : 'S' };
}

/** Five offers on each side of the quote, each a little further away and larger. */
function orderBook(prices: PriceWalk, pair: Asset, now: number) {
  const { t, bp, ap, bs, as } = latestQuote(prices, pair, now);
  const levels = [0, 1, 2, 3, 4];
  return {
    t,
    b: levels.map((level) => ({ p: round(bp * (1 - level / 5_000)), s: bs * (level + 1) })),
    a: levels.map((level) => ({ p: round(ap * (1 + level / 5_000)), s: as * (level + 1) })),
  };
}
