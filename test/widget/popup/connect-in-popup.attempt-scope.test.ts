import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectError } from '../../../widget/connect-error.ts';
import { attemptScope } from '../../../widget/popup/connect-in-popup.ts';
import { stubPage } from '../page-stub.ts';

let page: EventTarget;
beforeEach(() => {
  vi.useFakeTimers();
  page = stubPage();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('attemptScope()', () => {
  it('ends with timeout after ten minutes', async () => {
    const { ended, signal } = attemptScope();
    await vi.advanceTimersByTimeAsync(10 * 60_000 - 1);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await expect(ended).rejects.toMatchObject({ code: 'timeout' });
  });

  it('ends with cancelled when the caller’s signal aborts', async () => {
    const caller = new AbortController();
    const { ended } = attemptScope(caller.signal);
    caller.abort('why');
    await expect(ended).rejects.toMatchObject({ code: 'cancelled', cause: 'why' });
  });

  it('ends with cancelled when the page goes away', async () => {
    const { ended } = attemptScope();
    page.dispatchEvent(new Event('pagehide'));
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('leaves no timer behind', () => {
    const { end, signal } = attemptScope();
    end(new ConnectError('popup_closed'));
    expect(signal.reason).toMatchObject({ code: 'popup_closed' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
