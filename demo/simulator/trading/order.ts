import { decimal, decimalOrNull } from '../api/decimal.ts';
import { findAsset } from '../market/assets.ts';

export type OrderSide = 'buy' | 'sell';
export type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit';
export type OrderStatus = 'new' | 'filled' | 'canceled' | 'replaced';

/** An order as the simulator keeps it: amounts are numbers, moments are ISO 8601. */
export interface Order {
  id: string;
  clientOrderId: string;
  symbol: string;
  side: OrderSide;
  type: OrderType;
  timeInForce: string;
  /** Shares or coins. Null when a dollar amount was ordered. */
  qty: number | null;
  /** Dollars. Null when a quantity was ordered. */
  notional: number | null;
  limitPrice: number | null;
  stopPrice: number | null;
  status: OrderStatus;
  submittedAt: string;
  updatedAt: string;
  /** Milliseconds since 1970. No order fills at once: a page must cope with an order that is still open. */
  fillsAfter: number;
  /** Whether the price has reached `stopPrice`. True from the start for an order without one. */
  triggered: boolean;
  filledQty: number;
  filledPrice: number | null;
  filledAt: string | null;
  canceledAt: string | null;
  replacedAt: string | null;
  replacedBy: string | null;
  replaces: string | null;
}

/** Whether the order can still fill, and so be cancelled or replaced. */
export function isOpen(order: Order): boolean {
  return order.status === 'new';
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
    filled_at: order.filledAt,
    expired_at: null,
    canceled_at: order.canceledAt,
    failed_at: null,
    replaced_at: order.replacedAt,
    replaced_by: order.replacedBy,
    replaces: order.replaces,
    asset_id: asset?.id,
    symbol: order.symbol,
    asset_class: asset?.class,
    notional: decimalOrNull(order.notional),
    qty: decimalOrNull(order.qty, 9),
    filled_qty: decimal(order.filledQty, 9),
    filled_avg_price: decimalOrNull(order.filledPrice),
    order_class: '',
    order_type: order.type,
    type: order.type,
    side: order.side,
    time_in_force: order.timeInForce,
    limit_price: decimalOrNull(order.limitPrice),
    stop_price: decimalOrNull(order.stopPrice),
    status: order.status,
    extended_hours: false,
    legs: null,
    trail_percent: null,
    trail_price: null,
    hwm: null,
    position_intent: order.side === 'buy' ? 'buy_to_open' : 'sell_to_close',
  };
}
