import { round } from '../api/decimal.ts';
import { hasOneMoment, isOpen, type Order, openQty } from './order.ts';

/** What a price does to an open order. */
type Match = { kind: 'rest' | 'trigger' | 'cancel' } | FilledMatch;

/** The next part of the order, or all of it, at one price. */
interface FilledMatch {
  kind: 'fill';
  qty: number;
  price: number;
}

/** Judges one order against the price of the moment (milliseconds since 1970). Changes nothing. */
export function matchOrder(order: Order, price: number, now: number): Match {
  if (!isOpen(order) || now < order.fillsAfter) return { kind: 'rest' };
  if (!order.triggered) return reachesStop(order, price) ? { kind: 'trigger' } : { kind: 'rest' };
  if (!meetsLimit(order, price)) return { kind: hasOneMoment(order) ? 'cancel' : 'rest' };
  return { kind: 'fill', qty: nextQty(order, price), price };
}

function reachesStop({ side, stopPrice }: Order, price: number): boolean {
  if (stopPrice === null) return true;
  return side === 'buy' ? price >= stopPrice : price <= stopPrice;
}

function meetsLimit({ side, limitPrice }: Order, price: number): boolean {
  if (limitPrice === null) return true;
  return side === 'buy' ? price <= limitPrice : price >= limitPrice;
}

/** Whole shares stay whole: an order for one of them is filled at once, whatever its plan. */
function nextQty(order: Order, price: number): number {
  const open = openQty(order, price);
  const { share } = order.plan[0] ?? { share: 1 };
  if (share === 1) return open;
  const part = Number.isInteger(order.qty) ? Math.max(1, Math.floor(open * share)) : round(open * share, 9);
  return part > 0 ? Math.min(part, open) : open;
}
