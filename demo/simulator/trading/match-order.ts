import { round } from '../api/decimal.ts';
import { isOpen, type Order } from './order.ts';

/** What a price does to an open order. */
export type Match = { kind: 'rest' } | { kind: 'trigger' } | FilledMatch;

/** All of the order, at one price: the simulator knows no partial fills. */
export interface FilledMatch {
  kind: 'fill';
  qty: number;
  price: number;
}

/** Judges one order against the price of the moment (milliseconds since 1970). Changes nothing. */
export function matchOrder(order: Order, price: number, now: number): Match {
  if (!isOpen(order) || now < order.fillsAfter) return { kind: 'rest' };
  if (!order.triggered) return reachesStop(order, price) ? { kind: 'trigger' } : { kind: 'rest' };
  if (!meetsLimit(order, price)) return { kind: 'rest' };
  return { kind: 'fill', qty: order.qty ?? round((order.notional ?? 0) / price, 9), price };
}

function reachesStop({ side, stopPrice }: Order, price: number): boolean {
  if (stopPrice === null) return true;
  return side === 'buy' ? price >= stopPrice : price <= stopPrice;
}

function meetsLimit({ side, limitPrice }: Order, price: number): boolean {
  if (limitPrice === null) return true;
  return side === 'buy' ? price <= limitPrice : price >= limitPrice;
}
