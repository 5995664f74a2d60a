import { describe, expect, it } from 'vitest';
import { changeToday } from '../../../demo/page/account-summary.ts';

const ACCOUNT = { account_number: 'PA1', status: 'ACTIVE', currency: 'USD', buying_power: '0', cash: '0' };

describe('changeToday()', () => {
  it('is the equity less that of the previous close, also as a fraction of it', () => {
    expect(changeToday({ ...ACCOUNT, equity: '990', last_equity: '1000' })).toEqual({
      amount: -10,
      fraction: -0.01,
    });
  });

  it('has no fraction for an account that was worth nothing', () => {
    expect(changeToday({ ...ACCOUNT, equity: '100', last_equity: '0' })).toEqual({
      amount: 100,
      fraction: null,
    });
  });
});
