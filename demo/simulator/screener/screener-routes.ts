import { Router } from 'express';
import { notFound } from '../api/api-error.ts';
import { round } from '../api/decimal.ts';
import { queryChoice, queryCount } from '../api/query.ts';
import { ASSETS, type Asset } from '../market/assets.ts';
import { barAt } from '../market/bars.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { DAY, startOfDay } from '../market/trading-day.ts';
import { CORE_CLOSE } from '../market/trading-hours.ts';

const DEFAULT_TOP = 10;
const MAX_MOVERS = 50;
const MAX_ACTIVES = 100;

/** Alpaca's names of the markets, and the class of their assets. */
const MARKETS = new Map<string, Asset['class']>([
  ['stocks', 'us_equity'],
  ['crypto', 'crypto'],
]);

/** Everything of the Market Data API below `/v1beta1/screener`: what stands out since the last close. */
export function screenerRoutes(prices: PriceWalk): Router {
  const router = Router();
  router.get('/:market/movers', (request, response) => {
    const kind = MARKETS.get(request.params.market);
    if (kind === undefined) throw notFound('invalid market type: one of stocks, crypto');
    const now = Date.now();
    const top = queryCount(request, 'top', DEFAULT_TOP, MAX_MOVERS);
    const moves = ASSETS.filter((asset) => asset.class === kind).map((asset) => moveOf(asset, now));
    moves.sort((one, other) => other.percent_change - one.percent_change);
    response.json({
      gainers: moves.filter(({ change }) => change > 0).slice(0, top),
      losers: moves
        .filter(({ change }) => change < 0)
        .reverse()
        .slice(0, top),
      market_type: request.params.market,
      last_updated: new Date(now).toISOString(),
    });
  });
  router.get('/stocks/most-actives', (request, response) => {
    const now = Date.now();
    const top = queryCount(request, 'top', DEFAULT_TOP, MAX_ACTIVES);
    const by = queryChoice(request, 'by', ['volume', 'trades']) === 'volume' ? 'volume' : 'trade_count';
    const stocks = ASSETS.filter((asset) => asset.class === 'us_equity').map((asset) => {
      const { v, n } = barAt(prices, asset, now, DAY, now);
      return { symbol: asset.symbol, volume: v, trade_count: n };
    });
    stocks.sort((one, other) => other[by] - one[by]);
    response.json({ most_actives: stocks.slice(0, top), last_updated: new Date(now).toISOString() });
  });
  return router;

  function moveOf(asset: Asset, now: number) {
    const price = prices.at(asset, now);
    const before = prices.at(asset, startOfDay(now) - DAY + CORE_CLOSE);
    const change = round(price - before);
    return { symbol: asset.symbol, price, change, percent_change: round((change / before) * 100) };
  }
}
