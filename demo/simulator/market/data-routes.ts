import { type Request, Router } from 'express';
import { badRequest, notFound } from '../api/api-error.ts';
import { requireScope } from '../api/bearer.ts';
import { queryCount, queryText, queryTime } from '../api/query.ts';
import { type Asset, findAsset } from './assets.ts';
import { type Bar, barsOf, timeframeLength } from './bars.ts';
import { latestBar, latestQuote, latestTrade, snapshotOf } from './latest.ts';
import type { PriceWalk } from './price-walk.ts';
import { startOfDay } from './trading-day.ts';

const DEFAULT_BARS = 1_000;
const MAX_BARS = 10_000;

type Reader = (prices: PriceWalk, asset: Asset, now: number) => unknown;

/** The Market Data API: stocks need scope `data`, crypto none. */
export function dataRoutes(prices: PriceWalk): Router {
  const router = Router();
  router.use('/v2/stocks', requireScope('data'), stockRoutes(prices));
  router.get('/v1beta3/crypto/us/latest/quotes', (request, response) => {
    response.json({ quotes: readEach(request, 'crypto', prices, latestQuote) });
  });
  return router;
}

function stockRoutes(prices: PriceWalk): Router {
  const router = Router();
  addLatest(router, prices, 'quote', latestQuote);
  addLatest(router, prices, 'trade', latestTrade);
  addLatest(router, prices, 'bar', latestBar);
  router.get('/snapshots', (request, response) => {
    response.json(readEach(request, 'us_equity', prices, snapshotOf));
  });
  router.get('/:symbol/snapshot', (request, response) => {
    const asset = stockNamed(request.params.symbol);
    response.json({ symbol: asset.symbol, ...snapshotOf(prices, asset, Date.now()) });
  });
  router.get('/bars', (request, response) => {
    const assets = assetsAsked(request, 'us_equity');
    response.json({ bars: readBars(request, prices, assets), next_page_token: null });
  });
  router.get('/:symbol/bars', (request, response) => {
    const asset = stockNamed(request.params.symbol);
    const bars = readBars(request, prices, [asset])[asset.symbol] ?? [];
    response.json({ symbol: asset.symbol, bars, next_page_token: null });
  });
  return router;
}

/** Adds `/quotes/latest?symbols=` and `/{symbol}/quotes/latest`, likewise for trades and bars. */
function addLatest(router: Router, prices: PriceWalk, thing: 'quote' | 'trade' | 'bar', read: Reader): void {
  router.get(`/${thing}s/latest`, (request, response) => {
    response.json({ [`${thing}s`]: readEach(request, 'us_equity', prices, read) });
  });
  router.get(`/:symbol/${thing}s/latest`, (request, response) => {
    const asset = stockNamed(request.params['symbol']);
    response.json({ symbol: asset.symbol, [thing]: read(prices, asset, Date.now()) });
  });
}

function readEach(request: Request, kind: Asset['class'], prices: PriceWalk, read: Reader) {
  const now = Date.now();
  return Object.fromEntries(
    assetsAsked(request, kind).map((asset) => [asset.symbol, read(prices, asset, now)]),
  );
}

/** The limit counts the bars of all symbols together, one symbol after the other. */
function readBars(request: Request, prices: PriceWalk, assets: Asset[]): Record<string, Bar[]> {
  const now = Date.now();
  const length = timeframeLength(queryText(request, 'timeframe') ?? '');
  if (length === undefined)
    throw badRequest('invalid timeframe: the simulator has 1Min, 5Min, 15Min, 1Hour and 1Day');
  const start = queryTime(request, 'start') ?? startOfDay(now);
  const end = queryTime(request, 'end') ?? now;
  let limit = queryCount(request, 'limit', DEFAULT_BARS, MAX_BARS);
  const found: Record<string, Bar[]> = {};
  for (const asset of assets) {
    const bars = barsOf(prices, asset, { length, start, end, limit }, now);
    limit -= bars.length;
    if (bars.length > 0) found[asset.symbol] = bars;
  }
  return found;
}

/** Alpaca leaves unknown symbols out of a list, silently. */
function assetsAsked(request: Request, kind: Asset['class']): Asset[] {
  const symbols = queryText(request, 'symbols');
  if (symbols === undefined) throw badRequest('symbols is required');
  const assets = new Set(symbols.split(',').map((symbol) => findAsset(symbol)));
  return [...assets].filter((asset) => asset !== undefined).filter((asset) => asset.class === kind);
}

function stockNamed(symbol: string | undefined): Asset {
  const asset = findAsset(symbol ?? '');
  if (asset?.class !== 'us_equity') throw notFound(`no data found for ${symbol}`);
  return asset;
}
