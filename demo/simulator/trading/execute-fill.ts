import { randomUUID } from 'node:crypto';
import type { TradeUpdate } from '../../../server/contract.ts';
import { round } from '../api/decimal.ts';
import type { Account } from './account.ts';
import { activityId } from './fill.ts';
import { ledgerOf } from './holdings.ts';
import { type Order, openQty } from './order.ts';
import { tradeUpdate } from './trade-update.ts';

/** How much is filled, in shares or coins, and at which price, in dollars. */
export interface FillSize {
  qty: number;
  price: number;
}

/** Fills a part of an open order, or all that is open of it. Changes account and order; the caller saves and announces. */
export function executeFill(
  account: Account,
  order: Order,
  { qty, price }: FillSize,
  now: number,
): TradeUpdate {
  const leavesQty = Math.max(0, round(openQty(order, price) - qty, 9));
  const spent = order.filledQty * (order.filledPrice ?? 0) + qty * price;
  const at = new Date(now).toISOString();
  order.filledQty = round(order.filledQty + qty, 9);
  order.filledPrice = spent / order.filledQty;
  order.status = leavesQty === 0 ? 'filled' : 'partially_filled';
  order.updatedAt = at;
  order.closedAt = leavesQty === 0 ? at : null;

  const { id: orderId, symbol, side, filledQty: cumQty } = order;
  const id = randomUUID();
  const sizes = { qty, price, cumQty, leavesQty };
  account.fills.push({ id: activityId(now, id), orderId, symbol, side, ...sizes, time: now });
  const positionQty = ledgerOf(account).holdings.get(symbol)?.qty ?? 0;
  const event = leavesQty === 0 ? 'fill' : 'partial_fill';
  return tradeUpdate(event, order, now, { id, price, qty, positionQty });
}
