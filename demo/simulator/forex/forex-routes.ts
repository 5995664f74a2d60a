import { type Request, Router } from 'express';
import { badRequest } from '../api/api-error.ts';
import { round } from '../api/decimal.ts';
import { queryText } from '../api/query.ts';
import type { Asset } from '../market/assets.ts';
import { every, everyDay, type Moments } from '../market/moments.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { QuoteDesk } from '../market/quote-desk.ts';
import { stableUuid } from '../stable-uuid.ts';

/** The walk has whole cents; currencies want five decimals, so theirs walks a thousand times higher. */
const SCALE = 1_000;

/** The invented rates around which currencies wander. */
const PAIRS = new Map(
  Object.entries({
    EURUSD: 1.08,
    GBPUSD: 1.27,
    AUDUSD: 0.66,
    USDJPY: 151,
    USDMXN: 18.2,
    USDCAD: 1.36,
    USDCHF: 0.88,
  }).map(([symbol, rate]) => [symbol, walkingPair(symbol, rate)]),
);

/** How often rates can be sampled. */
const TIMEFRAMES = new Map<string, Moments>([
  ['5Sec', every(5_000)],
  ['5S', every(5_000)],
  ['1Min', every(60_000)],
  ['1T', every(60_000)],
  ['1Day', everyDay],
  ['1D', everyDay],
]);

/** Everything of the Market Data API below `/v1beta1/forex`. */
export function forexRoutes(prices: PriceWalk): Router {
  const desk = new QuoteDesk((symbol) => PAIRS.get(symbol), 'currency_pairs');
  const router = Router();
  router.get('/latest/rates', desk.latestOfMany('rates', rateAt));
  router.get(
    '/rates',
    desk.pastOfMany('rates', (request) => ({ moments: askedMoments(request), at: rateAt })),
  );
  return router;

  function rateAt(pair: Asset, time: number) {
    const mp = round(prices.at(pair, time) / SCALE, 5);
    const spread = mp / 20_000;
    const t = `${new Date(time).toISOString().slice(0, 19)}Z`;
    return { bp: round(mp - spread, 5), mp, ap: round(mp + spread, 5), t };
  }
}

function askedMoments(request: Request): Moments {
  const moments = TIMEFRAMES.get(queryText(request, 'timeframe') ?? '1Min');
  if (moments === undefined)
    throw badRequest(`invalid timeframe: one of ${[...TIMEFRAMES.keys()].join(', ')}`);
  return moments;
}

function walkingPair(symbol: string, rate: number): Asset {
  const id = stableUuid(`currencies ${symbol}`);
  return {
    id,
    symbol,
    name: symbol,
    class: 'crypto',
    exchange: '',
    basePrice: rate * SCALE,
    dailyMove: 0.004,
  };
}
