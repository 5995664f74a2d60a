import { randomUUID } from 'node:crypto';
import type { TradeUpdate } from '../../../server/contract.ts';
import { decimal } from '../api/decimal.ts';
import { eventId } from '../ids.ts';
import { type Order, orderAnswer } from './order.ts';

/** The events that the simulator sends: all that a simple order can meet. */
type TradeEvent = 'new' | 'partial_fill' | 'fill' | 'canceled' | 'replaced' | 'rejected' | 'expired';

/** What a fill adds to its update. */
interface Execution {
  id: string;
  price: number;
  qty: number;
  /** The whole position after it. */
  positionQty: number;
}

/** The event of a moment (milliseconds since 1970), with the order as it is after it. */
export function tradeUpdate(
  event: TradeEvent,
  order: Order,
  time: number,
  execution?: Execution,
): TradeUpdate {
  return {
    event,
    event_id: eventId(time),
    execution_id: execution?.id ?? randomUUID(),
    timestamp: new Date(time).toISOString(),
    order: orderAnswer(order),
    ...(execution === undefined
      ? {}
      : {
          price: decimal(execution.price),
          qty: decimal(execution.qty, 9),
          position_qty: decimal(execution.positionQty, 9),
        }),
  };
}
