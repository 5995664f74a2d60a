import { describe, expect, it } from 'vitest';
import { decimal, round } from '../../../../demo/simulator/api/decimal.ts';

describe('decimal()', () => {
  it('writes no trailing zeros and no trailing point', () => {
    expect(decimal(100_000)).toBe('100000');
    expect(decimal(12.3)).toBe('12.3');
  });

  it('writes a tiny quantity without an exponent', () => {
    expect(decimal(0.000000001, 9)).toBe('0.000000001');
  });

  it('writes zero without a sign', () => {
    expect(decimal(-0.001)).toBe('0');
    expect(Object.is(round(-0.001), 0)).toBe(true);
  });
});
