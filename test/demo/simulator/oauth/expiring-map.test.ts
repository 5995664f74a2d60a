import { afterEach, describe, expect, it, vi } from 'vitest';
import { ExpiringMap } from '../../../../demo/simulator/oauth/expiring-map.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('ExpiringMap', () => {
  it('take() gives a value once', () => {
    const map = new ExpiringMap<string>(1_000);
    map.set('key', 'value');
    expect(map.take('key')).toBe('value');
    expect(map.take('key')).toBeUndefined();
  });

  it('forgets a value at the end of its lifetime and not before', () => {
    vi.useFakeTimers();
    const map = new ExpiringMap<string>(1_000);
    map.set('key', 'value');
    vi.advanceTimersByTime(999);
    expect(map.get('key')).toBe('value');
    vi.advanceTimersByTime(1);
    expect(map.take('key')).toBeUndefined();
  });
});
