import { round } from '../api/decimal.ts';
import type { Asset } from './assets.ts';
import { type Bar, barAt, previousDay } from './bars.ts';
import type { PriceWalk } from './price-walk.ts';
import { DAY } from './trading-day.ts';

const MINUTE = 60_000;
const HALF_SPREAD = 0.01;

/** The best bid and ask: one cent to either side of the walk. */
export function latestQuote(prices: PriceWalk, asset: Asset, now: number) {
  const price = prices.at(asset, now);
  const quote = { t: timeOf(now), bp: round(price - HALF_SPREAD), ap: round(price + HALF_SPREAD) };
  if (asset.class === 'crypto') return { ...quote, bs: 0.5, as: 0.75 };
  return { ...quote, bs: 2, as: 3, bx: 'Q', ax: 'V', c: ['R'], z: 'C' };
}

/** The last trade, at the price of the walk. */
export function latestTrade(prices: PriceWalk, asset: Asset, now: number) {
  const id = Math.floor(now / 1_000);
  return { t: timeOf(now), x: 'V', p: prices.at(asset, now), s: 100, c: ['@'], i: id, z: 'C' };
}

/** The bar of the minute that runs. */
export function latestBar(prices: PriceWalk, asset: Asset, now: number): Bar {
  return barAt(prices, asset, now, MINUTE, now);
}

/** Everything of the moment, and the bar of the trading day before to compare it with. */
export function snapshotOf(prices: PriceWalk, asset: Asset, now: number) {
  return {
    latestTrade: latestTrade(prices, asset, now),
    latestQuote: latestQuote(prices, asset, now),
    minuteBar: latestBar(prices, asset, now),
    dailyBar: barAt(prices, asset, now, DAY, now),
    prevDailyBar: previousDay(prices, asset, now),
  };
}

/** The walk moves once a second, and its quotes and trades are as old as that. */
function timeOf(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
