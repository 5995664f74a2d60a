import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { announcer, summarise } from '../../../demo/page/announcer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const region = { textContent: '' } as HTMLElement;
  const end = new AbortController();
  return { region, end, announce: announcer(region, end.signal) };
}

describe('announcer()', () => {
  it('says the first at once and gathers what follows', async () => {
    const { region, announce } = start();
    announce('One');
    announce('Two');
    announce('Three');
    expect(region.textContent).toBe('One');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(region.textContent).toBe('Two. Three');
  });

  it('speaks at once again after a silence', async () => {
    const { region, announce } = start();
    announce('One');
    await vi.advanceTimersByTimeAsync(2_000);
    announce('Two');
    expect(region.textContent).toBe('Two');
  });

  it('is silent after its end', async () => {
    const { region, end, announce } = start();
    announce('One');
    announce('Two');
    end.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(region.textContent).toBe('One');
  });
});

describe('summarise()', () => {
  it('counts what is too much to listen to, and says the latest', () => {
    expect(summarise(['a', 'b', 'c', 'd'])).toBe('4 order updates. Latest: d');
  });
});
