import { describe, expect, it } from 'vitest';
import type { Account, Position } from '../../../demo/page/alpaca-answers.ts';
import { Portfolio, valuePosition } from '../../../demo/page/portfolio.ts';
import { examplePosition } from './example-position.ts';

const ACCOUNT: Account = {
  account_number: 'PA1',
  status: 'ACTIVE',
  currency: 'USD',
  equity: '5000.10',
  last_equity: '5000',
  buying_power: '0',
  cash: '0',
};

function holding(...positions: Position[]): Portfolio {
  const portfolio = new Portfolio();
  portfolio.holdings = { account: ACCOUNT, positions };
  return portfolio;
}

describe('Portfolio', () => {
  it('knows nothing before Alpaca answered', () => {
    expect(new Portfolio().equity).toBeUndefined();
    expect(new Portfolio().positions).toEqual([]);
  });

  it('is worth what Alpaca said until a price moves', () => {
    expect(holding(examplePosition()).equity).toBe('5000.10');
  });

  it('moves with the prices of what is held', () => {
    const portfolio = holding(
      examplePosition(),
      examplePosition({ asset_id: 'short', symbol: 'F', qty: '-1', market_value: '-12' }),
    );
    portfolio.reprice(new Map([['AAPL', '102.5']]));
    portfolio.reprice(new Map([['F', '11']]));
    expect(portfolio.equity).toBe('5016.10');
    expect(portfolio.positions[0]?.gain).toBe('25.0');
  });

  it('counts no move twice when Alpaca answers anew', () => {
    const portfolio = holding(examplePosition());
    portfolio.reprice(new Map([['AAPL', '102']]));
    portfolio.holdings = {
      account: { ...ACCOUNT, equity: '5010.10' },
      positions: [examplePosition({ market_value: '1020' })],
    };
    expect(portfolio.equity).toBe('5010.10');
  });

  it('tells of each change', () => {
    const portfolio = holding();
    let changes = 0;
    portfolio.addEventListener('change', () => changes++);
    portfolio.reprice(new Map());
    portfolio.holdings = { account: ACCOUNT, positions: [] };
    expect(changes).toBe(2);
  });
});

describe('valuePosition()', () => {
  it('values what is held at the latest price', () => {
    expect(valuePosition(examplePosition(), '90.5')).toEqual({
      price: '90.5',
      value: '905.0',
      gain: '-95.0',
      gainFraction: -0.095,
    });
  });

  it('counts a falling price as the gain of a short position', () => {
    expect(valuePosition(examplePosition({ qty: '-10' }), '90')).toEqual({
      price: '90',
      value: '-900',
      gain: '100',
      gainFraction: 0.1,
    });
  });

  it('keeps the digits of a fractional share', () => {
    const { gain } = valuePosition(examplePosition({ qty: '0.1', avg_entry_price: '0.2' }), '0.3');
    expect(gain).toBe('0.01');
  });

  it.each([
    ['no price is known', {}, undefined],
    ['it is not a share, whose price may count a hundred times', { asset_class: 'us_option' }, '2'],
    ['the price cannot be read', {}, 'NaN'],
  ])('is what Alpaca said when %s', (_case, changes, latest) => {
    expect(valuePosition(examplePosition(changes), latest)).toEqual({
      price: '101',
      value: '1010',
      gain: '10',
      gainFraction: '0.01',
    });
  });
});
