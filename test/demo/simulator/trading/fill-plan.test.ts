import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFillPlanner } from '../../../../demo/simulator/trading/fill-plan.ts';

describe('createFillPlanner()', () => {
  it('plans one to three parts within the delay, of which the last takes the rest', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(500), fc.nat(500), (seed, name, least, more) => {
        const plan = createFillPlanner(seed, { least, most: least + more })(name);
        expect([1, 2, 3]).toContain(plan.length);
        expect(plan.at(-1)?.share).toBe(1);
        for (const { share, wait } of plan) {
          expect(share).toBeGreaterThan(0);
          expect(share).toBeLessThanOrEqual(1);
          expect(wait).toBeGreaterThanOrEqual(least);
          expect(wait).toBeLessThanOrEqual(least + more);
        }
      }),
    );
  });

  it('plans the same for the same seed and name, and else something else', () => {
    const delay = { least: 0, most: 1_000_000 };
    const plan = createFillPlanner('seed', delay)('name');
    expect(createFillPlanner('seed', delay)('name')).toEqual(plan);
    expect(createFillPlanner('seed', delay)('other')).not.toEqual(plan);
    expect(createFillPlanner('other', delay)('name')).not.toEqual(plan);
  });
});
