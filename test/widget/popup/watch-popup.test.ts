import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectError } from '../../../widget/connect-error.ts';
import { watchPopup } from '../../../widget/popup/watch-popup.ts';

let focused = true;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hasFocus: () => focused });
  focused = true;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A watched popup, and what the watch told so far, in order. */
function watched() {
  const popup = { closed: false, length: 1 };
  const scope = new AbortController();
  const watch = watchPopup(popup, scope.signal);
  const told: string[] = [];
  watch.gone.then(() => told.push('gone'));
  watch.severed.then(() => told.push('severed'));
  watch.ended.catch(({ code }: ConnectError) => told.push(code));
  return { popup, scope, watch, told };
}

describe('watchPopup()', () => {
  it('reports a popup that the person closed within 1.5 seconds', async () => {
    const { popup, told } = watched();
    focused = false;
    await vi.advanceTimersByTimeAsync(1_000);
    popup.closed = true;
    focused = true;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(told).toEqual(['gone', 'popup_closed']);
  });

  it('lets the mailbox be asked as soon as the popup looks closed, and not before', async () => {
    const { popup, told } = watched();
    await vi.advanceTimersByTimeAsync(300);
    expect(told).toEqual([]);
    popup.closed = true;
    await vi.advanceTimersByTimeAsync(300);
    expect(told).toEqual(['gone']);
  });

  it('keeps waiting for a popup that lives on out of reach, also when the focus comes back', async () => {
    const { popup, watch, told } = watched();
    watch.heard();
    watch.launched();
    focused = false;
    popup.closed = true;
    await vi.advanceTimersByTimeAsync(1_500);
    focused = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual(['gone', 'severed']);
  });

  it('names a page that cuts itself off from its popups', async () => {
    const { popup, told } = watched();
    focused = false;
    popup.closed = true;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(told).toEqual(['gone', 'opener_blocked']);
  });

  it.each(['stop', 'abort'] as const)('does not mind the popup closing after %s', async (way) => {
    const { popup, scope, watch, told } = watched();
    if (way === 'stop') watch.stop();
    else scope.abort();
    popup.closed = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
