import { randomUUID } from 'node:crypto';
import { nextClose } from '../market/trading-day.ts';
import type { PlannedFill } from './fill-plan.ts';
import type { Order } from './order.ts';
import type { OrderTicket } from './order-ticket.ts';

/** A day order gets at least this long, in milliseconds, or one of the last moment would be taken to expire at once. */
const SHORTEST_DAY = 60_000;

export interface NewOrderOptions {
  plan: PlannedFill[];
  /** The id of the order that it takes the place of. */
  replaces: string | null;
  /** Milliseconds since 1970. */
  now: number;
}

/** The order that a ticket becomes when it is taken. */
export function newOrder(ticket: OrderTicket, { plan, replaces, now }: NewOrderOptions): Order {
  const at = new Date(now).toISOString();
  return {
    ...ticket,
    id: randomUUID(),
    clientOrderId: ticket.clientOrderId ?? randomUUID(),
    status: 'new',
    submittedAt: at,
    updatedAt: at,
    closedAt: null,
    expiresAt: ticket.timeInForce === 'day' ? new Date(nextClose(now + SHORTEST_DAY)).toISOString() : null,
    plan,
    fillsAfter: now + (plan[0]?.wait ?? 0),
    triggered: ticket.stopPrice === null,
    filledQty: 0,
    filledPrice: null,
    replacedBy: null,
    replaces,
  };
}
