import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../demo/page/decimal.ts';

const of = (text: string): Decimal => {
  const decimal = Decimal.of(text);
  if (decimal === undefined) throw new Error(`${text} is no decimal`);
  return decimal;
};
/** Whole cents as dollars, for example -5 as -0.05. */
const dollars = (cents: bigint): string => {
  const digits = String(cents).replace('-', '').padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const cents = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });

describe('Decimal', () => {
  it('adds what floats get wrong', () => {
    expect(String(of('0.1').plus(of('0.2')))).toBe('0.3');
    expect(String(of('1').minus(of('0.01')))).toBe('0.99');
  });

  it('adds, subtracts and multiplies any amounts exactly', () => {
    fc.assert(
      fc.property(cents, cents, (one, other) => {
        const [a, b] = [of(dollars(one)), of(dollars(other))];
        expect(String(a.plus(b))).toBe(dollars(one + other));
        expect(String(a.minus(b))).toBe(dollars(one - other));
        expect(String(a.times(of('2')))).toBe(dollars(one * 2n));
      }),
    );
  });

  it('multiplies fractions of a share with prices', () => {
    expect(String(of('0.123456789').times(of('-191.2449')))).toBe('-23.6104812666261');
  });

  it('reads the numbers of market data', () => {
    expect(String(Decimal.of(191.24))).toBe('191.24');
    expect(String(Decimal.of(-0.5))).toBe('-0.5');
  });

  it.each([null, undefined, '', 'abc', '1e3', '.5', '1,000', Number.NaN, 1e-7])(
    'does not read %s',
    (text) => {
      expect(Decimal.of(text)).toBeUndefined();
    },
  );

  it('has no ratio to nothing', () => {
    expect(of('1').over(of('0.00'))).toBeNull();
    expect(of('-1').over(of('4'))).toBe(-0.25);
  });
});
