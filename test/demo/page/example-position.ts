import type { Position } from '../../../demo/page/alpaca-answers.ts';

/** Ten shares that were bought at 100 and stand at 101, with these changes. */
export function examplePosition(changes: Partial<Position> = {}): Position {
  return {
    asset_id: 'asset',
    asset_class: 'us_equity',
    symbol: 'AAPL',
    qty: '10',
    avg_entry_price: '100',
    current_price: '101',
    market_value: '1010',
    unrealized_pl: '10',
    unrealized_plpc: '0.01',
    ...changes,
  };
}
