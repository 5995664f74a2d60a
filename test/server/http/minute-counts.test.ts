import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MinuteCounts } from '../../../server/http/minute-counts.ts';

function setUp({ mostKeys = 100 } = {}) {
  const at = { elapsed: 500 };
  const counts = new MinuteCounts({ elapsed: () => at.elapsed, mostKeys });
  counts.init({ windowMs: 60_000 });
  return { at, counts, hit: (key: string) => counts.increment(key).totalHits };
}

describe('MinuteCounts', () => {
  it('counts each key apart, from its first hit to a minute later', () => {
    const { at, hit } = setUp();
    expect([hit('a'), hit('a'), hit('b')]).toEqual([1, 2, 1]);
    at.elapsed += 59_999;
    expect([hit('a'), hit('c')]).toEqual([3, 1]);
    at.elapsed += 1;
    expect([hit('a'), hit('b'), hit('c')]).toEqual([1, 1, 2]);
  });

  it('says when a count ends as a date of the machine’s clock, wherever that was set to', () => {
    const { at, counts } = setUp();
    counts.increment('a');
    at.elapsed += 20_000;
    const set = vi.spyOn(Date, 'now').mockReturnValue(1_000);
    onTestFinished(() => set.mockRestore());
    expect(counts.increment('a')).toEqual({ totalHits: 2, resetTime: new Date(41_000) });
  });

  it('takes back one hit, one key and all keys', () => {
    const { counts, hit } = setUp();
    hit('a');
    hit('a');
    counts.decrement('a');
    counts.decrement('unknown');
    expect(hit('a')).toBe(2);
    counts.resetKey('a');
    expect(hit('a')).toBe(1);
    hit('b');
    counts.resetAll();
    expect([hit('a'), hit('b')]).toEqual([1, 1]);
  });

  it('forgets what began first when a flood of keys comes, and goes on counting the others', () => {
    const { hit } = setUp({ mostKeys: 3 });
    for (const key of ['a', 'b', 'c', 'b', 'd']) hit(key);
    expect([hit('b'), hit('c'), hit('d')]).toEqual([3, 2, 2]);
    expect(hit('a')).toBe(1);
  });
});
