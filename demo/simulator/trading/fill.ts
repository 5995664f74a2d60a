import { decimal } from '../api/decimal.ts';
import type { OrderSide } from './order.ts';

/** A filled order's effect on the account. Cash, positions and history are all worked out from the fills. */
export interface Fill {
  id: string;
  orderId: string;
  symbol: string;
  side: OrderSide;
  qty: number;
  price: number;
  /** Milliseconds since 1970. */
  time: number;
}

/** The fill as `GET /v2/account/activities` writes it. */
export function fillActivity(fill: Fill) {
  return {
    id: fill.id,
    activity_type: 'FILL',
    type: 'fill',
    transaction_time: new Date(fill.time).toISOString(),
    order_id: fill.orderId,
    order_status: 'filled',
    symbol: fill.symbol,
    side: fill.side,
    qty: decimal(fill.qty, 9),
    cum_qty: decimal(fill.qty, 9),
    leaves_qty: '0',
    price: decimal(fill.price),
  };
}

/** Alpaca's activity ids: the time to the millisecond, two colons, a UUID. They sort by time. */
export function activityId(time: number, uuid: string): string {
  return `${new Date(time).toISOString().replace(/\D/g, '')}::${uuid}`;
}
