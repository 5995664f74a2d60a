import { unprocessable } from '../api/api-error.ts';
import { type Order, unfilled } from './order.ts';
import { type OrderTicket, readOrderTicket } from './order-ticket.ts';

/** What `PATCH /v2/orders/{id}` may change. */
const CHANGEABLE = ['qty', 'time_in_force', 'limit_price', 'stop_price', 'client_order_id'] as const;

/** The order that takes the place of another: the old fields, with those of the body over them. @throws ApiError 422 */
export function readReplacement(order: Order, body: unknown): OrderTicket {
  if (order.notional !== null) throw unprocessable('notional orders cannot be replaced');
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const changes = CHANGEABLE.filter((name) => fields[name] !== undefined && fields[name] !== null);
  if (changes.length === 0) throw unprocessable(`nothing to replace: send ${CHANGEABLE.join(', ')}`);
  return readOrderTicket({
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    // What was filled stays filled: unless told otherwise, the new order is for the rest.
    qty: unfilled(order).qty,
    limit_price: order.limitPrice,
    stop_price: order.stopPrice,
    ...Object.fromEntries(changes.map((name) => [name, fields[name]])),
  });
}
