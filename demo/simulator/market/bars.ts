import type { Request } from 'express';
import { round } from '../api/decimal.ts';
import { queryText } from '../api/query.ts';
import type { Asset } from './assets.ts';
import type { Series } from './history.ts';
import { everyDay, type Moments, momentsOf } from './moments.ts';
import type { PriceWalk } from './price-walk.ts';
import { DAY, isTradingDay, startOfDay } from './trading-day.ts';

/** A bar of the Market Data API: open, high, low, close, volume, number of trades, average price. */
export interface Bar {
  t: string;
  o: number;
  h: number;
  l: number;
  c: number;
  v: number;
  n: number;
  vw: number;
}

const MINUTE = 60_000;

/** The bar that holds `time`; unfinished when that is now. */
export function barAt(prices: PriceWalk, asset: Asset, time: number, length: number, now: number): Bar {
  const start = startOfBar(time, length);
  const last = Math.max(start, Math.min(start + length - 1_000, now));
  const { low, high } = prices.range(asset, start, last);
  const open = prices.at(asset, start);
  const close = prices.at(asset, last);
  const trades = tradesBetween(start, last, open);
  return {
    t: `${new Date(start).toISOString().slice(0, 19)}Z`,
    o: open,
    h: high,
    l: low,
    c: close,
    v: trades * 70,
    n: trades,
    vw: round((open + high + low + close) / 4, 6),
  };
}

function startOfBar(time: number, length: number): number {
  return length === DAY ? startOfDay(time) : Math.floor(time / length) * length;
}

/** Nobody reads the volume for its own sake: it only has to grow with time and differ from bar to bar. */
function tradesBetween(start: number, last: number, price: number): number {
  const perSecond = 1 + ((start / MINUTE + Math.round(price * 100)) % 7);
  return Math.max(1, Math.round((perSecond * (last - start)) / 1_000));
}

/** The bars of the timeframe that the request asks for. @throws ApiError 400 for an unknown timeframe */
export function barSeries(prices: PriceWalk, request: Request): Series<Bar> {
  const moments = momentsOf(queryText(request, 'timeframe') ?? '');
  return { moments, at: (asset, moment, now) => barFrom(prices, asset, moments, moment, now) };
}

/** The bar that begins at a moment; unfinished when the next one has not begun. Undefined when nothing was traded. */
function barFrom(
  prices: PriceWalk,
  asset: Asset,
  moments: Moments,
  moment: number,
  now: number,
): Bar | undefined {
  if (moments.interval !== undefined)
    return isTraded(asset, moment, now) ? barAt(prices, asset, moment, moments.interval, now) : undefined;
  const end = Math.min(moments.after(moment), now + 1);
  const bars: Bar[] = [];
  for (let day = moment; day < end; day = everyDay.after(day)) {
    if (isTraded(asset, day, now)) bars.push(barAt(prices, asset, day, DAY, now));
  }
  const [first, ...others] = bars;
  return first && others.reduce(join, first);
}

/**
 * Whether an asset was traded on the day of a moment. Stocks rest on weekends and holidays, but for the day that runs:
 * the simulated market is open whenever somebody looks.
 */
function isTraded(asset: Asset, time: number, now: number): boolean {
  return asset.class === 'crypto' || isTradingDay(time) || time >= startOfDay(now);
}

/** The bar of the last day before today on which the asset was traded. */
export function previousDay(prices: PriceWalk, asset: Asset, now: number): Bar {
  let day = startOfDay(now) - 1;
  while (!isTraded(asset, day, now)) day = startOfDay(day) - 1;
  return barAt(prices, asset, day, DAY, now);
}

function join(first: Bar, second: Bar): Bar {
  const v = first.v + second.v;
  return {
    t: first.t,
    o: first.o,
    h: Math.max(first.h, second.h),
    l: Math.min(first.l, second.l),
    c: second.c,
    v,
    n: first.n + second.n,
    vw: round((first.vw * first.v + second.vw * second.v) / v, 6),
  };
}
