import { describe, expect, it, vi } from 'vitest';

// Ids sort after those of before, and other tests in this process asked for some.
vi.resetModules();
const { eventId } = await import('../../../demo/simulator/ids.ts');

describe('eventId()', () => {
  it('is a ULID that sorts after every one before it, in the same millisecond and when the clock turns back', () => {
    // The time of the example in the ULID specification, and what it says that its first ten characters are.
    const time = 1_469_918_176_385;
    const ids = [...Array.from({ length: 1_000 }, () => eventId(time)), eventId(time - 1), eventId(0)];
    expect(ids[0]).toMatch(/^01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });
});
