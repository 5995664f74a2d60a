import type { Request } from 'express';
import { round } from '../api/decimal.ts';
import { queryText } from '../api/query.ts';
import type { Asset } from './assets.ts';
import { type Bar, barAt } from './bars.ts';
import type { Series } from './history.ts';
import { everyDay, type Moments, momentsOf } from './moments.ts';
import type { PriceWalk } from './price-walk.ts';
import { DAY } from './trading-day.ts';

/** The bars of the timeframe that the request asks for. @throws ApiError 400 for an unknown timeframe */
export function barSeries(prices: PriceWalk, request: Request): Series<Asset, Bar> {
  const moments = momentsOf(queryText(request, 'timeframe') ?? '');
  return { moments, at: (asset, moment, now) => barFrom(prices, asset, moments, moment, now) };
}

/** The bar that begins at a moment; unfinished when the next one has not begun. */
export function barFrom(prices: PriceWalk, asset: Asset, moments: Moments, moment: number, now: number): Bar {
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
