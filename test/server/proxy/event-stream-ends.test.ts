import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { sessionStoreUnavailable } from '../../../server/session/records.ts';
import type { StoredConnection } from '../../../server/stored-connection.ts';
import { connectionOf, Harness } from './proxy-harness.ts';

const EVENTS = '/alpaca/paper/v2beta1/events/activities';

const endless: RequestListener = (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('id: 1\ndata: {}\n\n');
};

/** A page that hears one event of a stream whose session is what `open` says. */
async function listening(open: () => StoredConnection[]): Promise<AsyncDisposable & Listening> {
  const harness = await Harness.start({
    upstream: endless,
    sessions: { open: async () => ({ connections: open() }) },
    watchTimes: { checkInterval: 10, outageGrace: 50 },
  });
  const { body } = await harness.fetch(EVENTS);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  return { harness, reader, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

interface Listening {
  harness: Harness;
  reader: ReadableStreamDefaultReader<Uint8Array>;
}

describe('an event stream that is passed through', () => {
  it('goes on while the session holds the connection', async () => {
    let looks = 0;
    await using page = await listening(() => {
      looks += 1;
      return [connectionOf('paper')];
    });
    await expect.poll(() => looks).toBeGreaterThan(5);
    expect(page.harness.upstreamSockets.size).toBe(1);
  });

  it.each<[string, () => StoredConnection[]]>([
    ['the person disconnected', () => []],
    ['another connection took its place', () => [connectionOf('paper', { id: 'its successor' })]],
    ['Alpaca revoked it', () => [connectionOf('paper', { revokedAt: '2026-08-02T00:00:00.000Z' })]],
    [
      'nobody can say any more whether it may',
      () => {
        throw sessionStoreUnavailable(new Error('disk'));
      },
    ],
  ])('ends on both sides once %s', async (_, later) => {
    let now = (): StoredConnection[] => [connectionOf('paper')];
    await using page = await listening(() => now());
    now = later;
    await expect(page.reader.read()).rejects.toThrow();
    await expect.poll(() => page.harness.upstreamSockets.size).toBe(0);
  });

  it('ends when the server stops, so that the drain need not wait for it', async () => {
    await using page = await listening(() => [connectionOf('paper')]);
    page.harness.proxy.drain();
    await expect(page.reader.read()).rejects.toThrow();
    await expect.poll(() => page.harness.upstreamSockets.size).toBe(0);
  });
});
