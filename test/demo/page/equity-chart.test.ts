import { describe, expect, it } from 'vitest';
import { chartTime } from '../../../demo/page/chart-time.ts';
import { describeLine, pointsOf } from '../../../demo/page/equity-chart.ts';

const time = (seconds: number) => chartTime(seconds * 1_000);

describe('pointsOf()', () => {
  it('begins when the account does, and leaves out what Alpaca does not know', () => {
    const history = { timestamp: [1, 2, 3, 4], equity: [0, 100, null, 101] };
    expect(pointsOf(history)).toEqual([
      { time: time(2), value: 100 },
      { time: time(4), value: 101 },
    ]);
  });

  it('shows an account that was emptied later', () => {
    expect(pointsOf({ timestamp: [1, 2], equity: [100, 0] })).toHaveLength(2);
  });

  it('has each time once, with what was said last', () => {
    expect(pointsOf({ timestamp: [1, 1], equity: [100, 101] })).toEqual([{ time: time(1), value: 101 }]);
  });
});

describe('describeLine()', () => {
  it('tells the line in words', () => {
    const points = [100, 98, 105, 104].map((value, second) => ({ time: time(second), value }));
    expect(describeLine('Equity', 'the last month', points)).toBe(
      'Equity over the last month: from $100.00 to $104.00, lowest $98.00, highest $105.00.',
    );
  });

  it('says when nothing is known', () => {
    expect(describeLine('Equity', 'the last month', [])).toBe(
      'Equity over the last month: nothing is known.',
    );
  });
});
