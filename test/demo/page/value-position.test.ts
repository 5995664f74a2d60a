import { describe, expect, it } from 'vitest';
import { valuePosition } from '../../../demo/page/value-position.ts';
import { examplePosition } from './example-position.ts';

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
