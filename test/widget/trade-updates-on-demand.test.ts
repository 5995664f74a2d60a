import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StreamEvent } from '../../widget/trade-updates.ts';
import { stubPage } from './page-stub.ts';
import { sendJson, testServer } from './test-server.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** As a page that has not listened yet: the module remembers the client that it loaded. */
async function listen(origin: string, signal?: AbortSignal): Promise<AsyncGenerator<StreamEvent>> {
  stubPage();
  vi.resetModules();
  const { Backend } = await import('../../widget/backend.ts');
  const { tradeUpdatesOnDemand } = await import('../../widget/trade-updates-on-demand.ts');
  return tradeUpdatesOnDemand(new Backend(`${origin}/alpaca`), 'paper', signal ? { signal } : {});
}

const END = 'event: end\ndata: {"code":"not_connected","message":"Connect first."}\n\n';

describe('tradeUpdatesOnDemand()', () => {
  it('yields what tradeUpdates() yields', async () => {
    await using server = await testServer(({ url }, response) => {
      if (url?.endsWith('/stream')) response.end(`event: status\ndata: {"state":"open"}\n\n${END}`);
      else sendJson(response, 200, { connections: [] });
    });
    const seen: StreamEvent[] = [];
    for await (const event of await listen(server.origin)) seen.push(event);
    expect(seen).toEqual([
      { type: 'status', state: 'connecting' },
      { type: 'status', state: 'open' },
      { type: 'end', code: 'not_connected', message: 'Connect first.' },
    ]);
  });

  it('leaves it to the stream to say why the server refuses', async () => {
    await using server = await testServer((_, response) =>
      sendJson(response, 403, { code: 'origin_not_allowed', message: 'Add this site.' }),
    );
    const seen: StreamEvent[] = [];
    for await (const event of await listen(server.origin)) seen.push(event);
    expect(seen.at(-1)).toEqual({ type: 'end', code: 'origin_not_allowed', message: 'Add this site.' });
  });

  // Some browsers never ask again for a module that they did not get.
  it('tries again when the server does not answer, and asks for no file before it does', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let reachable = false;
    await using server = await testServer(({ url }, response) => {
      if (!reachable) response.destroy();
      else if (url?.endsWith('/stream')) response.end(END);
      else sendJson(response, 200, { connections: [] });
    });
    const events = await listen(server.origin);
    const take = async () => (await events.next()).value as StreamEvent;
    expect([await take(), await take()]).toEqual([
      { type: 'status', state: 'connecting' },
      { type: 'status', state: 'retrying', retryIn: 1_000 },
    ]);
    expect(server.requests.map(({ line }) => line)).toEqual(['GET /alpaca/connections']);
    reachable = true;
    expect([await take(), await take()]).toEqual([
      { type: 'status', state: 'connecting' },
      { type: 'end', code: 'not_connected', message: 'Connect first.' },
    ]);
  });

  it.each(['before', 'after'])('ends at once by return(), %s the client is there', async (when) => {
    await using server = await testServer(({ url }, response) => {
      if (when === 'after' && !url?.endsWith('/stream')) sendJson(response, 200, { connections: [] });
    });
    const events = await listen(server.origin);
    await events.next();
    const next = events.next();
    await vi.waitFor(() => expect(server.requests).toHaveLength(when === 'after' ? 2 : 1));
    expect(await events.return(undefined)).toEqual({ done: true, value: undefined });
    expect((await next).done).toBe(true);
  });

  it('ends with its signal', async () => {
    await using server = await testServer(() => {});
    const stop = new AbortController();
    const events = await listen(server.origin, stop.signal);
    await events.next();
    const next = events.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });
});

describe('the file that loads with the first stream', () => {
  it('has what a connect.js from before an upgrade takes from it', async () => {
    const built = await import(new URL('../../server/public/event-parser.js', import.meta.url).href);
    expect(Object.keys(built).sort()).toEqual(['streamedEvents', 'tradeUpdates']);
  });
});
