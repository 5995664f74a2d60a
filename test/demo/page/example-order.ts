import type { Order } from '../../../demo/page/alpaca-answers.ts';

/** An open limit order as Alpaca answers it, with these changes. */
export function exampleOrder(changes: Partial<Order> = {}): Order {
  return {
    id: '1',
    client_order_id: 'mine',
    symbol: 'AAPL',
    side: 'buy',
    type: 'limit',
    time_in_force: 'gtc',
    qty: '10',
    notional: null,
    filled_qty: '0',
    filled_avg_price: null,
    limit_price: '150',
    stop_price: null,
    status: 'new',
    submitted_at: '2026-11-23T15:00:00Z',
    updated_at: '2026-11-23T15:00:00Z',
    ...changes,
  };
}
