import { type Request, Router } from 'express';
import { notFound } from '../api/api-error.ts';
import { round } from '../api/decimal.ts';
import { pageOf } from '../api/page-token.ts';
import { queryText } from '../api/query.ts';
import { findAsset } from '../market/assets.ts';
import { barFrom } from '../market/bar-series.ts';
import type { Bar } from '../market/bars.ts';
import type { Series } from '../market/history.ts';
import { codeRoutes, OPTION_CODES } from '../market/market-codes.ts';
import { every, everyDay, everySecond, type Moments, momentsOf } from '../market/moments.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { QuoteDesk } from '../market/quote-desk.ts';
import { contractFilter } from './contract-filter.ts';
import { contractsOn, findContract, type OptionContract } from './option-contract.ts';
import { optionBar, optionQuote, optionTrade, valueAt, volatilityOf } from './option-prices.ts';

const everyMinute = every(60_000);
const SNAPSHOTS = { fallback: 100, max: 1_000 };

/** Everything of the Market Data API below `/v1beta1/options`. */
export function optionDataRoutes(prices: PriceWalk): Router {
  const desk = new QuoteDesk(findContract);
  const quoteOf = (contract: OptionContract, now: number) => optionQuote(prices, contract, now);
  const tradeOf = (contract: OptionContract, now: number) => optionTrade(prices, contract, now);
  const router = Router();

  router.use('/meta', codeRoutes(OPTION_CODES));
  router.get('/quotes/latest', desk.latestOfMany('quotes', quoteOf));
  router.get('/trades/latest', desk.latestOfMany('trades', tradeOf));
  router.get(
    '/trades',
    desk.pastOfMany('trades', () => ({ moments: everySecond, at: tradeOf })),
  );
  router.get('/bars', desk.pastOfMany('bars', barSeriesFor));
  router.get('/snapshots', (request, response) => {
    const now = Date.now();
    response.json(snapshots(request, desk.asked(request, now), now));
  });
  router.get('/snapshots/:underlying', (request, response) => {
    const now = Date.now();
    const underlying = findAsset(request.params.underlying);
    if (underlying?.class !== 'us_equity') throw notFound(`no options on ${request.params.underlying}`);
    response.json(snapshots(request, contractsOn(underlying, now).filter(contractFilter(request)), now));
  });
  return router;

  function barSeriesFor(request: Request): Series<OptionContract, Bar> {
    const moments = momentsOf(queryText(request, 'timeframe') ?? '');
    return { moments, at: (contract, moment, now) => barOf(contract, moments, moment, now) };
  }

  function barOf(contract: OptionContract, moments: Moments, moment: number, now: number): Bar {
    const bar = barFrom(prices, contract.underlying, moments, moment, now);
    return optionBar(contract, bar, moment, Math.min(moments.after(moment), now));
  }

  function snapshots(request: Request, contracts: readonly OptionContract[], now: number) {
    const { items, nextPageToken } = pageOf(request, contracts, ({ symbol }) => symbol, SNAPSHOTS);
    const found = items.map((contract) => [contract.symbol, snapshotOf(contract, now)]);
    return { snapshots: Object.fromEntries(found), next_page_token: nextPageToken };
  }

  function snapshotOf(contract: OptionContract, now: number) {
    const today = everyDay.before(now);
    const { value: _, ...greeks } = valueAt(contract, prices.at(contract.underlying, now), now);
    return {
      latestTrade: tradeOf(contract, now),
      latestQuote: quoteOf(contract, now),
      minuteBar: barOf(contract, everyMinute, everyMinute.before(now), now),
      dailyBar: barOf(contract, everyDay, today, now),
      prevDailyBar: barOf(contract, everyDay, everyDay.before(today - 1), now),
      greeks: Object.fromEntries(Object.entries(greeks).map(([name, greek]) => [name, round(greek, 4)])),
      impliedVolatility: volatilityOf(contract),
    };
  }
}
