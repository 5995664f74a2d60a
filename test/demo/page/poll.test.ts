import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { poll } from '../../../demo/page/poll.ts';

class Page extends EventTarget {
  hidden = false;

  show(visible: boolean): void {
    this.hidden = !visible;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** A poll every second whose runs are counted. */
function start({ outcomes = [], page = new Page() }: { outcomes?: boolean[]; page?: Page } = {}) {
  const end = new AbortController();
  const job = vi.fn(async () => outcomes.shift() ?? true);
  const now = poll(job, { every: 1_000, signal: end.signal, page: page as unknown as Document });
  return { job, now, page, end };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('poll()', () => {
  it('runs at once and then at each interval', async () => {
    const { job } = start();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(job).toHaveBeenCalledTimes(3);
  });

  it('stops while nobody looks, and catches up when somebody does', async () => {
    const { job, page } = start();
    page.show(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(job).toHaveBeenCalledTimes(1);
    page.show(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(job).toHaveBeenCalledTimes(2);
  });

  it('does not start on a hidden page', async () => {
    const page = new Page();
    page.hidden = true;
    const { job } = start({ page });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(job).not.toHaveBeenCalled();
  });

  it('ends with its signal', async () => {
    const { job, end, page, now } = start();
    end.abort();
    now();
    page.show(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(job).toHaveBeenCalledTimes(1);
  });

  it('doubles the pause with each failure and returns to the interval after a success', async () => {
    const { job } = start({ outcomes: [false, false, true] });
    await vi.advanceTimersByTimeAsync(1_999);
    expect(job).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1 + 3_999);
    expect(job).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(job).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(job).toHaveBeenCalledTimes(4);
  });

  it('leaves out a run that something else spares it, but not one that is asked for', async () => {
    const end = new AbortController();
    let spared = true;
    const job = vi.fn(async () => true);
    const page = new Page() as unknown as Document;
    const now = poll(job, { every: 1_000, signal: end.signal, spared: () => spared, page });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(job).toHaveBeenCalledTimes(1);
    now();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(job).toHaveBeenCalledTimes(2);
    spared = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(job).toHaveBeenCalledTimes(3);
  });

  it('is not spared what it owes: a run that failed comes again', async () => {
    const outcomes = [false, true];
    const job = vi.fn(async () => outcomes.shift() ?? true);
    const { signal } = new AbortController();
    poll(job, { every: 1_000, signal, spared: () => true, page: new Page() as unknown as Document });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(job).toHaveBeenCalledTimes(2);
  });

  it('never runs twice at a time: what is asked for meanwhile runs once, afterwards', async () => {
    const end = new AbortController();
    const finish: (() => void)[] = [];
    const job = vi.fn(() => new Promise<boolean>((resolve) => finish.push(() => resolve(true))));
    const now = poll(job, { every: 1_000, signal: end.signal, page: new Page() as unknown as Document });
    now();
    now();
    expect(job).toHaveBeenCalledTimes(1);
    finish.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(job).toHaveBeenCalledTimes(2);
    finish.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(job).toHaveBeenCalledTimes(2);
  });
});
