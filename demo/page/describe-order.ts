import type { Order } from './alpaca-answers.ts';
import { formatMoney, formatPrice, formatQuantity } from './format-amount.ts';
import type { OrderDraft } from './order-draft.ts';

/** States after which an order never changes again. */
const FINAL = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced']);

/** States that read badly as they are; any other is shown with its underscores as spaces. */
const STATE_NAMES: Readonly<Record<string, string>> = {
  new: 'Working',
  accepted: 'Accepted, waiting for the market',
  pending_new: 'Sent to the market',
  pending_cancel: 'Being cancelled',
  canceled: 'Cancelled',
};

/** What an order and a draft of one have in common. */
type Described = Pick<Order, 'side' | 'symbol' | 'qty'> & { notional?: string | null };
type Terms = Pick<Order | OrderDraft, 'type' | 'time_in_force'> & {
  limit_price?: string | null;
  stop_price?: string | null;
};

export function isFinal(order: Order): boolean {
  return FINAL.has(order.status);
}

/** `Buy 10 AAPL` */
export function describeOrder(order: Described): string {
  const size = order.qty === null ? formatMoney(order.notional) : formatQuantity(order.qty);
  return `${order.side === 'buy' ? 'Buy' : 'Sell'} ${size} ${order.symbol}`;
}

/** `Limit $150.00 · Until cancelled`, `Stop $140.00 · Day` */
export function describeTerms(order: Terms): string {
  const prices = [order.stop_price, order.limit_price].filter((price) => typeof price === 'string');
  const type = [asWords(order.type), prices.map(formatPrice).join(', then ')].join(' ').trim();
  return `${type} · ${describeDuration(order.time_in_force)}`;
}

/** `Filled at $189.20`, `2 of 10 filled`, `Working` */
export function describeState(order: Order): string {
  if (order.status === 'filled') return `Filled at ${formatPrice(order.filled_avg_price)}`;
  const name = STATE_NAMES[order.status] ?? asWords(order.status);
  if (Number(order.filled_qty) === 0) return name;
  const filled = `${formatQuantity(order.filled_qty)} of ${formatQuantity(order.qty)} filled`;
  return isFinal(order) ? `${name}, ${filled}` : filled;
}

function describeDuration(timeInForce: string): string {
  if (timeInForce === 'gtc') return 'Until cancelled';
  return timeInForce === 'day' ? 'Day' : timeInForce.toUpperCase();
}

/** A name of Alpaca's as people read it: `done_for_day` is `Done for day`. */
export function asWords(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}
