import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { debounce } from '../../../demo/page/timers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('debounce()', () => {
  it('runs once, when it is quiet', () => {
    const action = vi.fn();
    const ask = debounce(action, 100, new AbortController().signal);
    ask();
    vi.advanceTimersByTime(99);
    ask();
    vi.advanceTimersByTime(99);
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(1);
  });

  it('does not run after its end, whether asked before or after', () => {
    const action = vi.fn();
    const end = new AbortController();
    const ask = debounce(action, 100, end.signal);
    ask();
    end.abort();
    ask();
    vi.advanceTimersByTime(1_000);
    expect(action).not.toHaveBeenCalled();
  });
});
