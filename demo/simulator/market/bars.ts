import type { Request } from 'express';
import { round } from '../api/decimal.ts';
import { queryText } from '../api/query.ts';
import type { Asset } from './assets.ts';
import type { Series } from './history.ts';
import { everyDay, type Moments, momentsOf } from './moments.ts';
import type { PriceWalk } from './price-walk.ts';
import { DAY, startOfDay } from './trading-day.ts';

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

/** The bar that begins at a moment; unfinished when the next one has not begun. */
function barFrom(prices: PriceWalk, asset: Asset, moments: Moments, moment: number, now: number): Bar {
  if (moments.interval !== undefined) return barAt(prices, asset, moment, moments.interval, now);
  const end = Math.min(moments.after(moment), now + 1);
  const bars = [barAt(prices, asset, moment, DAY, now)];
  for (let day = everyDay.after(moment); day < end; day = everyDay.after(day)) {
    bars.push(barAt(prices, asset, day, DAY, now));
  }
  return bars.reduce(join);
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
