import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../demo/page/alpaca-answers.ts';
import { estimateOrder } from '../../../demo/page/estimate-order.ts';
import type { OrderDraft } from '../../../demo/page/order-draft.ts';

const DRAFT: OrderDraft = { symbol: 'AAPL', side: 'buy', qty: '3', type: 'market', time_in_force: 'day' };
const SNAPSHOT: Snapshot = {
  latestTrade: { p: 10.05, t: '' },
  latestQuote: { ap: 10.1, bp: 10, t: '' },
};

describe('estimateOrder()', () => {
  it('takes what is asked for a purchase and what is bid for a sale', () => {
    expect(estimateOrder(DRAFT, SNAPSHOT)).toBe('30.3');
    expect(estimateOrder({ ...DRAFT, side: 'sell' }, SNAPSHOT)).toBe('30');
  });

  it('takes the price of the order itself', () => {
    expect(estimateOrder({ ...DRAFT, type: 'limit', limit_price: '9.99' }, SNAPSHOT)).toBe('29.97');
    expect(estimateOrder({ ...DRAFT, type: 'stop', stop_price: '9' }, undefined)).toBe('27');
  });

  it('takes the latest trade where nobody quotes', () => {
    expect(estimateOrder(DRAFT, { ...SNAPSHOT, latestQuote: { ap: 0, bp: 0, t: '' } })).toBe('30.15');
  });

  it('knows nothing without a price', () => {
    expect(estimateOrder(DRAFT, undefined)).toBeUndefined();
    expect(estimateOrder(DRAFT, { latestTrade: null, latestQuote: null })).toBeUndefined();
  });
});
