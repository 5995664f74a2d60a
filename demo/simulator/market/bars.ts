import { round } from '../api/decimal.ts';
import type { Asset } from './assets.ts';
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
