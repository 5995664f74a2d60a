import { decimal } from '../api/decimal.ts';
import type { OrderSide } from './order.ts';

/** What one execution did to the account. Cash, positions and history are all worked out from the fills. */
export interface Fill {
  id: string;
  orderId: string;
  symbol: string;
  side: OrderSide;
  qty: number;
  price: number;
  /** What of the order was filled by then, this fill included. */
  cumQty: number;
  /** What of the order was still open; 0 for its last fill. */
  leavesQty: number;
  /** Milliseconds since 1970. */
  time: number;
}

/** The fill as `GET /v2/account/activities` writes it. */
export function fillActivity(fill: Fill) {
  const done = fill.leavesQty === 0;
  return {
    id: fill.id,
    activity_type: 'FILL',
    type: done ? 'fill' : 'partial_fill',
    transaction_time: new Date(fill.time).toISOString(),
    order_id: fill.orderId,
    order_status: done ? 'filled' : 'partially_filled',
    symbol: fill.symbol,
    side: fill.side,
    qty: decimal(fill.qty, 9),
    cum_qty: decimal(fill.cumQty, 9),
    leaves_qty: decimal(fill.leavesQty, 9),
    price: decimal(fill.price),
  };
}

/** Alpaca's activity ids: the time to the millisecond, two colons, a UUID. They sort by time. */
export function activityId(time: number, uuid: string): string {
  return `${new Date(time).toISOString().replace(/\D/g, '')}::${uuid}`;
}
