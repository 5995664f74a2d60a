import { describe, expect, it } from 'vitest';
import { blackScholes, type OptionTerms } from '../../../../demo/simulator/options/black-scholes.ts';

const TERMS: OptionTerms = { type: 'call', strike: 100, price: 100, years: 1, volatility: 0.2 };

describe('blackScholes()', () => {
  it('gives the values of the textbook', () => {
    // Strike and price 100, one year, 20 % volatility, 4 % interest: 9.925 for the call, 6.004 for the put.
    expect(blackScholes(TERMS).value).toBeCloseTo(9.9251, 3);
    expect(blackScholes({ ...TERMS, type: 'put' }).value).toBeCloseTo(6.004, 3);
  });

  it('keeps put-call parity', () => {
    for (const price of [60, 90, 110, 150]) {
      const call = blackScholes({ ...TERMS, price }).value;
      const put = blackScholes({ ...TERMS, price, type: 'put' }).value;
      expect(call - put).toBeCloseTo(price - 100 * Math.exp(-0.04), 6);
    }
  });

  it.each(['call', 'put'] as const)('has greeks of a %s that are the slopes of its value', (type) => {
    const at = (change: Partial<OptionTerms>) => blackScholes({ ...TERMS, type, ...change });
    const { delta, gamma, theta, vega } = at({});
    const step = 0.001;
    expect((at({ price: 100 + step }).value - at({ price: 100 - step }).value) / (2 * step)).toBeCloseTo(
      delta,
      4,
    );
    expect((at({ price: 100 + step }).delta - at({ price: 100 - step }).delta) / (2 * step)).toBeCloseTo(
      gamma,
      4,
    );
    expect(at({ years: 1 - 1 / 365 }).value - at({}).value).toBeCloseTo(theta, 4);
    expect(at({ volatility: 0.21 }).value - at({}).value).toBeCloseTo(vega, 3);
  });
});
