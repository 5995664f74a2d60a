import { describe, expect, it } from 'vitest';
import type { Order } from '../../../demo/page/alpaca-answers.ts';
import { describeUpdate, isFill } from '../../../demo/page/describe-update.ts';
import type { TradeUpdate } from '../../../server/contract.ts';
import { exampleOrder } from './example-order.ts';

function update(event: string, changes: Partial<Order> = {}, fields: Partial<TradeUpdate> = {}): TradeUpdate {
  return { event, order: { ...exampleOrder(changes) }, ...fields };
}

describe('describeUpdate()', () => {
  it('says what was bought and for how much', () => {
    const fill = update('fill', { filled_qty: '10' }, { qty: '6', price: '149.5' });
    expect(describeUpdate(fill)).toBe('Bought 6 AAPL at $149.50');
  });

  it('says how far a partial fill has come', () => {
    const fill = update('partial_fill', { side: 'sell', filled_qty: '4' }, { qty: '4', price: '149.5' });
    expect(describeUpdate(fill)).toBe('Sold 4 AAPL at $149.50, 4 of 10 so far');
  });

  it.each([
    ['new', 'At the market: Buy 10 AAPL · Limit $150.00 · Until cancelled'],
    ['canceled', 'Cancelled: Buy 10 AAPL · Limit $150.00 · Until cancelled'],
    ['some_new_event', 'Some new event: Buy 10 AAPL · Limit $150.00 · Until cancelled'],
  ])('names the order of the event %s', (event, sentence) => {
    expect(describeUpdate(update(event))).toBe(sentence);
  });
});

describe('isFill()', () => {
  it('is true where shares changed hands', () => {
    expect(['fill', 'partial_fill', 'new', 'canceled'].map((event) => isFill(update(event)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
