import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Order } from '../../../demo/page/alpaca-answers.ts';
import { followOrder } from '../../../demo/page/follow-order.ts';
import { type ConnectFetch, PaperAccount } from '../../../demo/page/paper-account.ts';

const PLACED = { id: 'o1', status: 'accepted' } as Order;

/** Follows an order whose reads are answered with these states; a missing one is a failed read. */
function follow(...states: (string | undefined)[]) {
  const end = new AbortController();
  const shown: string[] = [];
  const fetch: ConnectFetch = async () => {
    const status = states.shift();
    if (status === undefined) throw new TypeError('fetch failed');
    return Response.json({ ...PLACED, status });
  };
  followOrder(new PaperAccount(fetch, end.signal), PLACED, {
    show: (order) => shown.push(order.status),
    signal: end.signal,
  });
  return { shown, states, end };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('followOrder()', () => {
  it('shows each reading and stops at the final one', async () => {
    const { shown, states } = follow('new', 'filled', 'never read');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(shown).toEqual(['accepted', 'new', 'filled']);
    expect(states).toEqual(['never read']);
  });

  it('goes on after a failed reading', async () => {
    const { shown } = follow(undefined, 'filled');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(shown).toEqual(['accepted', 'filled']);
  });

  it('stops when another order is followed', async () => {
    const { shown, end } = follow('new', 'filled');
    await vi.advanceTimersByTimeAsync(0);
    end.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(shown).toEqual(['accepted', 'new']);
  });
});
