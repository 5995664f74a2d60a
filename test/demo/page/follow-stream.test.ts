import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followStream } from '../../../demo/page/follow-stream.ts';
import type { TradeUpdate } from '../../../server/contract.ts';
import type { StreamEvent } from '../../../widget/trade-updates.ts';

const UPDATE = { event: 'fill' } as TradeUpdate;

/** Opens one stream after the other, each of which yields these events and then ends; what is heard is written down. */
function follow(...streams: (StreamEvent[] | Error)[]) {
  const ending = new AbortController();
  const heard: string[] = [];
  let opened = 0;
  async function* open(): AsyncGenerator<StreamEvent> {
    opened++;
    const events = streams.shift() ?? [];
    if (events instanceof Error) throw events;
    yield* events;
  }
  const done = followStream(
    open,
    {
      update: ({ event }, id) => heard.push(`${event} ${id}`),
      link: (link) => heard.push('reason' in link ? `${link.state}: ${link.reason}` : link.state),
      missed: () => heard.push('missed'),
    },
    ending.signal,
  );
  return { heard, done, ending, opened: () => opened };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('followStream()', () => {
  it('hands on updates, and has everything asked for when the stream opens and after a gap', async () => {
    const { heard, done } = follow([
      { type: 'status', state: 'connecting' },
      { type: 'status', state: 'open' },
      { type: 'update', id: '7', update: UPDATE },
      { type: 'gap', reason: 'buffer' },
      { type: 'end', code: 'not_connected', message: 'Connect again.' },
    ]);
    await done;
    expect(heard).toEqual(['connecting', 'open', 'missed', 'fill 7', 'missed', 'off: Connect again.']);
  });

  it('does not come back after the end', async () => {
    const { done, opened } = follow([{ type: 'end', code: 'connection_revoked', message: '' }]);
    await done;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(opened()).toBe(1);
  });

  it.each([
    ['fails', new TypeError('fetch failed')],
    ['ends without a reason', []],
  ])('opens a stream again that %s', async (_case, stream) => {
    const { heard, opened } = follow(stream, [{ type: 'status', state: 'open' }]);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(opened()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(heard).toEqual(['retrying', 'open', 'missed', 'retrying']);
  });

  it('ends with its signal, even between two streams', async () => {
    const { done, ending, opened } = follow([]);
    await vi.advanceTimersByTimeAsync(0);
    ending.abort();
    await done;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(opened()).toBe(1);
  });
});
