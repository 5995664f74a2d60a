import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecentReads } from '../../../server/session/recent-reads.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Reads whose store answers with how often it was asked. */
function counted() {
  const reads = new RecentReads<number>();
  let asked = 0;
  const read = (id = 'a') => reads.read(id, async () => ++asked);
  return { reads, read, asked: () => asked };
}

describe('RecentReads', () => {
  it('asks once for reads that follow each other closely, and at once', async () => {
    const { read } = counted();
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    vi.advanceTimersByTime(249);
    expect(await read()).toBe(1);
  });

  it('asks again 250 ms after the read began, however long it took', async () => {
    const { reads, read } = counted();
    const slow = reads.read('a', () => new Promise((resolve) => setTimeout(resolve, 200, 7)));
    await vi.advanceTimersByTimeAsync(200);
    expect(await slow).toBe(7);
    await vi.advanceTimersByTimeAsync(50);
    expect(await read()).toBe(1);
  });

  it('asks again after a change of this process, also for a read that was under way', async () => {
    const { reads, read } = counted();
    const before = reads.read('a', () => new Promise((resolve) => setTimeout(resolve, 10, 7)));
    reads.forget('a');
    expect(await read()).toBe(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(await before).toBe(7);
    expect(await read()).toBe(1);
  });

  it('keeps neither an absence nor a failure', async () => {
    const { reads, read } = counted();
    expect(await reads.read('a', async () => undefined)).toBeUndefined();
    await expect(reads.read('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await read('a')).toBe(1);
    expect(await read('b')).toBe(2);
  });

  it('lets go of the oldest when there are many, and of all 250 ms later', async () => {
    const { read, asked } = counted();
    for (let index = 0; index <= 5_000; index++) await read(String(index));
    expect(await read('5000')).toBe(5_001);
    await read('0');
    expect(asked()).toBe(5_002);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(500);
    expect(vi.getTimerCount()).toBe(0);
  });
});
