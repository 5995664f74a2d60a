import { decimal, decimalOrNull, round } from '../api/decimal.ts';
import { findAsset } from '../market/assets.ts';
import type { PlannedFill } from './fill-plan.ts';

export type OrderSide = 'buy' | 'sell';
type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop';
type TimeInForce = 'day' | 'gtc' | 'opg' | 'cls' | 'ioc' | 'fok';
type OrderClass = 'simple' | 'bracket' | 'oco' | 'oto';
/** How an order can end before it is filled, or filled in full, other than by a new order in its place. */
export type Unfilled = 'canceled' | 'rejected' | 'expired';
/** How an order can end. */
export type OrderOutcome = 'filled' | 'replaced' | Unfilled;
type OrderStatus = 'new' | 'held' | 'partially_filled' | OrderOutcome;

/** What was ordered. Amounts are numbers. */
export interface OrderTerms {
  symbol: string;
  side: OrderSide;
  type: OrderType;
  orderClass: OrderClass;
  timeInForce: TimeInForce;
  /** Shares or coins. Null when a dollar amount was ordered. */
  qty: number | null;
  /** Dollars. Null when a quantity was ordered. */
  notional: number | null;
  limitPrice: number | null;
  /** Of a trailing stop, it is worked out and moves. */
  stopPrice: number | null;
  /** How far a trailing stop is from the best price: in dollars, or in per cent. */
  trailPrice: number | null;
  trailPercent: number | null;
  /** The simulated market is open at all hours, so this changes no fill. */
  extendedHours: boolean;
}

/** An order as the simulator keeps it: its terms and what became of it. Moments are ISO 8601. */
export interface Order extends OrderTerms {
  id: string;
  clientOrderId: string;
  status: OrderStatus;
  submittedAt: string;
  updatedAt: string;
  /** Null while the order is open. */
  closedAt: string | null;
  /** Null for an order that is good till cancelled. */
  expiresAt: string | null;
  /** The parts that are still to be filled when the price allows it. */
  plan: PlannedFill[];
  /** Milliseconds since 1970. No order fills at once: a page must cope with an order that is still open. */
  fillsAfter: number;
  /** Whether the price has reached the stop. True from the start for an order without one. */
  triggered: boolean;
  /** The best price that a trailing stop has seen. */
  highWaterMark: number | null;
  filledQty: number;
  /** The average over all fills. */
  filledPrice: number | null;
  replacedBy: string | null;
  replaces: string | null;
  /** The order whose leg it is. */
  parentId: string | null;
}

/** Whether the order can still fill, and so be cancelled or replaced. */
export function isOpen(order: Order): boolean {
  return order.closedAt === null;
}

/** Whether the order is filled at its first moment, or else cancelled: at once, or in the auction that it is for. */
export function hasOneMoment({ timeInForce }: OrderTerms): boolean {
  return timeInForce !== 'day' && timeInForce !== 'gtc';
}

/** Whether the order waits for a price before it becomes a market or limit order. */
export function waitsForStop({ type }: OrderTerms): boolean {
  return type === 'stop' || type === 'stop_limit' || type === 'trailing_stop';
}

/** The order without what has been filled of it. */
export function unfilled(order: Order): Order {
  const { qty, notional, filledQty, filledPrice } = order;
  return {
    ...order,
    qty: qty === null ? null : round(qty - filledQty, 9),
    // Finer than a cent: the parts of a small amount are fractions of one.
    notional: notional === null ? null : Math.max(0, round(notional - filledQty * (filledPrice ?? 0), 6)),
  };
}

/** What is still to be traded, in shares or coins; for a dollar amount, what that is at this price. */
export function openQty(order: Order, price: number): number {
  const { qty, notional } = unfilled(order);
  return qty ?? round((notional ?? 0) / price, 9);
}

/** The order as the Trading API writes it. */
export function orderAnswer(order: Order) {
  const asset = findAsset(order.symbol);
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    created_at: order.submittedAt,
    updated_at: order.updatedAt,
    submitted_at: order.submittedAt,
    filled_at: endedAs(order, 'filled'),
    expired_at: endedAs(order, 'expired'),
    ...(order.expiresAt === null ? {} : { expires_at: order.expiresAt }),
    canceled_at: endedAs(order, 'canceled'),
    failed_at: endedAs(order, 'rejected'),
    replaced_at: endedAs(order, 'replaced'),
    replaced_by: order.replacedBy,
    replaces: order.replaces,
    asset_id: asset?.id,
    symbol: order.symbol,
    asset_class: asset?.class,
    notional: decimalOrNull(order.notional),
    qty: decimalOrNull(order.qty, 9),
    filled_qty: decimal(order.filledQty, 9),
    filled_avg_price: decimalOrNull(order.filledPrice, 6),
    order_class: order.orderClass === 'simple' ? '' : order.orderClass,
    order_type: order.type,
    type: order.type,
    side: order.side,
    time_in_force: order.timeInForce,
    limit_price: decimalOrNull(order.limitPrice),
    stop_price: decimalOrNull(order.stopPrice),
    status: order.status,
    extended_hours: order.extendedHours,
    legs: null,
    trail_percent: decimalOrNull(order.trailPercent),
    trail_price: decimalOrNull(order.trailPrice),
    hwm: decimalOrNull(order.highWaterMark),
    position_intent: order.side === 'buy' ? 'buy_to_open' : 'sell_to_close',
  };
}

/** The order with its legs, as the Trading API writes it where it is asked for them. */
export function nestedOrderAnswer(order: Order, legs: readonly Order[]) {
  const nested = legs.map((leg) => {
    const { legs: _none, ...answer } = orderAnswer(leg);
    return answer;
  });
  return { ...orderAnswer(order), legs: nested.length === 0 ? null : nested };
}

/** When the order ended, if it ended this way. */
function endedAs(order: Order, outcome: OrderOutcome): string | null {
  return order.status === outcome ? order.closedAt : null;
}
