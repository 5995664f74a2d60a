import { describe, expect, it } from 'vitest';
import { describeOrder, describeState, describeTerms, isFinal } from '../../../demo/page/describe-order.ts';
import { exampleOrder as order } from './example-order.ts';

describe('describeOrder()', () => {
  it('says side, size and symbol', () => {
    expect(describeOrder(order())).toBe('Buy 10 AAPL');
    expect(describeOrder(order({ side: 'sell', qty: '0.5' }))).toBe('Sell 0.5 AAPL');
  });

  it('says the dollars of an order that has no quantity', () => {
    expect(describeOrder(order({ qty: null, notional: '25' }))).toBe('Buy $25.00 AAPL');
  });
});

describe('describeTerms()', () => {
  it('says type, limit and duration', () => {
    expect(describeTerms(order())).toBe('Limit $150.00 · Until cancelled');
    expect(describeTerms(order({ type: 'market', limit_price: null, time_in_force: 'day' }))).toBe(
      'Market · Day',
    );
  });

  it('says the prices of stop orders', () => {
    expect(describeTerms(order({ type: 'stop', stop_price: '140', limit_price: null }))).toBe(
      'Stop $140.00 · Until cancelled',
    );
    expect(describeTerms(order({ type: 'stop_limit', stop_price: '140', limit_price: '139.5' }))).toBe(
      'Stop limit $140.00, then $139.50 · Until cancelled',
    );
  });

  it('shows what this page cannot place but another app may have', () => {
    expect(describeTerms(order({ type: 'trailing_stop', limit_price: null, time_in_force: 'opg' }))).toBe(
      'Trailing stop · OPG',
    );
  });
});

describe('describeState()', () => {
  it('says the price of a filled order', () => {
    expect(describeState(order({ status: 'filled', filled_qty: '10', filled_avg_price: '149.9' }))).toBe(
      'Filled at $149.90',
    );
  });

  it('says how much of an open order is filled', () => {
    expect(describeState(order({ status: 'partially_filled', filled_qty: '2' }))).toBe('2 of 10 filled');
  });

  it('says what a cancelled order had filled before', () => {
    expect(describeState(order({ status: 'canceled', filled_qty: '2' }))).toBe('Cancelled, 2 of 10 filled');
  });

  it('shows a state that it does not know', () => {
    expect(describeState(order({ status: 'done_for_day' }))).toBe('Done for day');
  });
});

describe('isFinal()', () => {
  it.each(['filled', 'canceled', 'expired', 'rejected', 'replaced'])('is true for %s', (status) => {
    expect(isFinal(order({ status }))).toBe(true);
  });

  it.each(['new', 'accepted', 'partially_filled', 'pending_cancel', 'some_new_state'])(
    'is false for %s',
    (status) => {
      expect(isFinal(order({ status }))).toBe(false);
    },
  );
});
