import type { Order } from './alpaca-answers.ts';
import { formatMoney, formatPrice, formatQuantity } from './format-amount.ts';

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

export function isFinal(order: Order): boolean {
  return FINAL.has(order.status);
}

/** `Buy 10 AAPL` */
export function describeOrder(order: Order): string {
  const size = order.qty === null ? formatMoney(order.notional) : formatQuantity(order.qty);
  return `${order.side === 'buy' ? 'Buy' : 'Sell'} ${size} ${order.symbol}`;
}

/** `Limit $150.00 · Good till cancelled` */
export function describeTerms(order: Order): string {
  const limit = order.limit_price === null ? '' : ` ${formatPrice(order.limit_price)}`;
  return `${words(order.type)}${limit} · ${describeDuration(order.time_in_force)}`;
}

/** `Filled at $189.20`, `2 of 10 filled`, `Working` */
export function describeState(order: Order): string {
  if (order.status === 'filled') return `Filled at ${formatPrice(order.filled_avg_price)}`;
  const name = STATE_NAMES[order.status] ?? words(order.status);
  if (Number(order.filled_qty) === 0) return name;
  const filled = `${formatQuantity(order.filled_qty)} of ${formatQuantity(order.qty)} filled`;
  return isFinal(order) ? `${name}, ${filled}` : filled;
}

function describeDuration(timeInForce: string): string {
  if (timeInForce === 'gtc') return 'Good till cancelled';
  return timeInForce === 'day' ? 'Day' : timeInForce.toUpperCase();
}

function words(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}
