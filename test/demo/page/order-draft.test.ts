import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../demo/page/alpaca-answers.ts';
import {
  estimateOrder,
  type OrderDraft,
  readOrderDraft,
  readSymbol,
} from '../../../demo/page/order-draft.ts';

const FILLED_IN = {
  symbol: 'aapl',
  side: 'buy',
  type: 'market',
  qty: '1',
  limit_price: '',
  stop_price: '',
  time_in_force: 'day',
};

function ticket(changes: Partial<typeof FILLED_IN> = {}): FormData {
  const fields = new FormData();
  for (const [name, value] of Object.entries({ ...FILLED_IN, ...changes })) fields.set(name, value);
  return fields;
}

describe('readOrderDraft()', () => {
  it('reads a market order as Alpaca wants it, without a limit price', () => {
    expect(readOrderDraft(ticket({ limit_price: '150' }))).toEqual({
      draft: { symbol: 'AAPL', side: 'buy', type: 'market', qty: '1', time_in_force: 'day' },
    });
  });

  it('reads a limit order', () => {
    const fields = ticket({ side: 'sell', type: 'limit', limit_price: ' 150.25 ', time_in_force: 'gtc' });
    expect(readOrderDraft(fields)).toEqual({
      draft: {
        symbol: 'AAPL',
        side: 'sell',
        type: 'limit',
        qty: '1',
        limit_price: '150.25',
        time_in_force: 'gtc',
      },
    });
  });

  it('reads a stop order, and no price of another type', () => {
    expect(readOrderDraft(ticket({ type: 'stop', limit_price: '150', stop_price: '140' }))).toEqual({
      draft: { symbol: 'AAPL', side: 'buy', type: 'stop', qty: '1', stop_price: '140', time_in_force: 'day' },
    });
  });

  it('sends the quantity as it was typed', () => {
    expect(readOrderDraft(ticket({ qty: '0.100000001' }))).toMatchObject({ draft: { qty: '0.100000001' } });
  });

  it.each(['', '0', '0.0', '-1', '1e3', 'ten', '1,000', '0.1234567891', '.5'])(
    'refuses the quantity %j',
    (qty) => {
      expect(readOrderDraft(ticket({ qty }))).toEqual({
        problems: { qty: expect.stringMatching(/for example/) },
      });
    },
  );

  it.each(['limit', 'stop'])('refuses a %s order without a price', (type) => {
    expect(readOrderDraft(ticket({ type }))).toEqual({
      problems: { [`${type}_price`]: expect.stringMatching(/for example/) },
    });
  });

  it('names every field that is wrong, not only the first', () => {
    const reading = readOrderDraft(ticket({ symbol: '', qty: '', type: 'limit', limit_price: 'x' }));
    expect(reading).toMatchObject({ problems: { symbol: expect.any(String), qty: expect.any(String) } });
    expect(reading).toHaveProperty('problems.limit_price');
  });
});

describe('readSymbol()', () => {
  it.each([
    ['aapl', 'AAPL'],
    [' brk.b ', 'BRK.B'],
    ['F', 'F'],
  ])('reads %j as %s', (typed, symbol) => {
    expect(readSymbol(ticket({ symbol: typed }))).toBe(symbol);
  });

  it.each(['', '../account', 'BTC/USD', 'A B', '1A', 'AAPL?x=1', 'TOOLONGSYMBOL'])(
    'does not take %j',
    (typed) => {
      expect(readSymbol(ticket({ symbol: typed }))).toBe('');
    },
  );
});

const MARKET_ORDER: OrderDraft = {
  symbol: 'AAPL',
  side: 'buy',
  qty: '3',
  type: 'market',
  time_in_force: 'day',
};
const SNAPSHOT: Snapshot = {
  latestTrade: { p: 10.05, t: '' },
  latestQuote: { ap: 10.1, bp: 10, t: '' },
};

describe('estimateOrder()', () => {
  it('takes what is asked for a purchase and what is bid for a sale', () => {
    expect(estimateOrder(MARKET_ORDER, SNAPSHOT)).toBe('30.3');
    expect(estimateOrder({ ...MARKET_ORDER, side: 'sell' }, SNAPSHOT)).toBe('30');
  });

  it('takes the price of the order itself', () => {
    expect(estimateOrder({ ...MARKET_ORDER, type: 'limit', limit_price: '9.99' }, SNAPSHOT)).toBe('29.97');
    expect(estimateOrder({ ...MARKET_ORDER, type: 'stop', stop_price: '9' }, undefined)).toBe('27');
  });

  it('takes the latest trade where nobody quotes', () => {
    expect(estimateOrder(MARKET_ORDER, { ...SNAPSHOT, latestQuote: { ap: 0, bp: 0, t: '' } })).toBe('30.15');
  });

  it('knows nothing without a price', () => {
    expect(estimateOrder(MARKET_ORDER, undefined)).toBeUndefined();
    expect(estimateOrder(MARKET_ORDER, { latestTrade: null, latestQuote: null })).toBeUndefined();
  });
});
