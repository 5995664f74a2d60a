import { describe, expect, it } from 'vitest';
import { changeToday } from '../../../demo/page/account-summary.ts';

describe('changeToday()', () => {
  it('is the equity less that of the previous close, also as a fraction of it', () => {
    expect(changeToday('990', '1000')).toEqual({ amount: '-10', fraction: -0.01 });
  });

  it('keeps every digit of the amount', () => {
    expect(changeToday('9007199254740993.03', '9007199254740993.01').amount).toBe('0.02');
  });

  it('has no fraction for an account that was worth nothing', () => {
    expect(changeToday('100', '0')).toEqual({ amount: '100', fraction: null });
  });
});
