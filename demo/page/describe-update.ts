import type { TradeUpdate } from '../../server/contract.ts';
import type { Order } from './alpaca-answers.ts';
import { asWords, describeOrder, describeTerms } from './describe-order.ts';
import { formatPrice, formatQuantity } from './format-amount.ts';

/** What happened to the order, for a list: what, and to which. Events that read well as they are, are not here. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  new: 'At the market',
  accepted: 'Accepted',
  pending_new: 'Sent to the market',
  canceled: 'Cancelled',
  pending_cancel: 'Being cancelled',
  order_cancel_rejected: 'Could not be cancelled',
  order_replace_rejected: 'Could not be replaced',
};

/** The order in a trade update: the contract names the fields that the server reads, Alpaca sends all of them. */
export function orderOf(update: TradeUpdate): Order {
  return update.order as unknown as Order;
}

/** `Bought 4 AAPL at $189.20`, `Cancelled: Buy 10 AAPL · Limit $150.00 · Day` */
export function describeUpdate(update: TradeUpdate): string {
  const order = orderOf(update);
  if (isFill(update)) return describeFill(update, order);
  const name = EVENT_NAMES[update.event] ?? asWords(update.event);
  return `${name}: ${describeOrder(order)} · ${describeTerms(order)}`;
}

/** Whether shares and money changed hands. */
export function isFill({ event }: TradeUpdate): boolean {
  return event === 'fill' || event === 'partial_fill';
}

function describeFill({ event, qty, price }: TradeUpdate, order: Order): string {
  const verb = order.side === 'buy' ? 'Bought' : 'Sold';
  const fill = `${verb} ${formatQuantity(qty)} ${order.symbol} at ${formatPrice(price)}`;
  return event === 'fill'
    ? fill
    : `${fill}, ${formatQuantity(order.filled_qty)} of ${formatQuantity(order.qty)} so far`;
}
