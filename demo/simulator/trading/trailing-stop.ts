import { round } from '../api/decimal.ts';
import type { Order } from './order.ts';

/** Moves the stop of a trailing order behind the best price seen so far, in place. Returns whether it moved. */
export function followPrice(order: Order, price: number): boolean {
  if (order.type !== 'trailing_stop' || order.triggered) return false;
  const best = bestOf(order, price);
  if (best === order.highWaterMark) return false;
  order.highWaterMark = best;
  order.stopPrice = stopBehind(order, best);
  return true;
}

/** A sale follows the highest price, a purchase the lowest. */
function bestOf({ side, highWaterMark }: Order, price: number): number {
  if (highWaterMark === null) return price;
  return side === 'sell' ? Math.max(highWaterMark, price) : Math.min(highWaterMark, price);
}

function stopBehind({ side, trailPrice, trailPercent }: Order, best: number): number {
  const distance = trailPrice ?? (best * (trailPercent ?? 0)) / 100;
  return round(side === 'sell' ? best - distance : best + distance);
}
