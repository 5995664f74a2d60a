import { describe, expect, it } from 'vitest';
import type { Account } from '../../../demo/page/alpaca-answers.ts';
import { OrderBook } from '../../../demo/page/order-book.ts';
import { Portfolio } from '../../../demo/page/portfolio.ts';
import { marksOf } from '../../../demo/page/price-marks.ts';
import { exampleOrder } from './example-order.ts';
import { examplePosition } from './example-position.ts';

describe('marksOf()', () => {
  it('marks what was paid and where orders of this symbol wait', () => {
    const [portfolio, book] = [new Portfolio(), new OrderBook()];
    portfolio.holdings = { account: {} as Account, positions: [examplePosition()] };
    book.apply(exampleOrder());
    book.apply(exampleOrder({ id: '2', side: 'sell', type: 'stop', limit_price: null, stop_price: '90' }));
    book.apply(exampleOrder({ id: '3', symbol: 'F' }));
    book.apply(exampleOrder({ id: '4', status: 'filled' }));
    book.apply(exampleOrder({ id: '5', type: 'market', limit_price: null }));
    expect(marksOf('AAPL', { portfolio, book })).toEqual([
      { price: 100, title: 'Avg', colour: 'quiet' },
      { price: 150, title: 'Buy 10 AAPL', colour: 'up' },
      { price: 90, title: 'Sell 10 AAPL', colour: 'down' },
    ]);
  });
});
