import { describe, expect, it } from 'vitest';
import {
  directionOf,
  formatMoney,
  formatMoneyChange,
  formatPercentChange,
  formatPrice,
  formatQuantity,
} from '../../../demo/page/format-amount.ts';

describe('formatMoney()', () => {
  it('groups thousands and keeps two decimal places', () => {
    expect(formatMoney('104218.3')).toBe('$104,218.30');
  });

  it('formats the digits of a string that a float could not hold', () => {
    expect(formatMoney('9007199254740993.01')).toBe('$9,007,199,254,740,993.01');
  });

  it('writes a real minus sign', () => {
    expect(formatMoney('-5036')).toBe('−$5,036.00');
  });

  it.each([null, undefined, '', 'abc', 'NaN', '1e3', Number.NaN])('shows a dash for %s', (amount) => {
    expect(formatMoney(amount)).toBe('–');
  });

  it('shows the currency of the account', () => {
    expect(formatMoney('12', 'EUR')).toBe('€12.00');
  });
});

describe('formatPrice()', () => {
  it('has two decimal places from a dollar upwards', () => {
    expect(formatPrice('191.2449')).toBe('$191.24');
  });

  it('has up to four decimal places below a dollar', () => {
    expect(formatPrice('0.0712')).toBe('$0.0712');
    expect(formatPrice('0.5')).toBe('$0.50');
  });

  it('shows a dash for an unknown price, not zero', () => {
    expect(formatPrice(null)).toBe('–');
  });
});

describe('formatMoneyChange() and formatPercentChange()', () => {
  it('always show the sign of a gain and of a loss', () => {
    expect(formatMoneyChange('81.76')).toBe('+$81.76');
    expect(formatMoneyChange('-35.28')).toBe('−$35.28');
    expect(formatPercentChange('0.0108')).toBe('+1.08%');
    expect(formatPercentChange('-0.5')).toBe('−50.00%');
  });

  it('show no sign for zero', () => {
    expect(formatMoneyChange('0')).toBe('$0.00');
    expect(formatPercentChange(0)).toBe('0.00%');
  });
});

describe('formatQuantity()', () => {
  it('keeps the nine decimal places of a fractional share', () => {
    expect(formatQuantity('0.123456789')).toBe('0.123456789');
  });

  it('shows a short position as negative', () => {
    expect(formatQuantity('-20')).toBe('−20');
  });
});

describe('directionOf()', () => {
  it.each([
    ['0.01', 'up'],
    ['-0.01', 'down'],
    ['0', 'flat'],
    ['0.004', 'flat'],
    ['-0.004', 'flat'],
    [null, 'flat'],
  ])('of %s is %s, as the amount reads', (amount, direction) => {
    expect(directionOf(amount)).toBe(direction);
  });
});
