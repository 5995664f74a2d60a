import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backend } from '../../widget/backend.ts';
import { deferred } from '../../widget/popup/watch-popup.ts';
import { type StreamEvent, tradeUpdates } from '../../widget/trade-updates.ts';
import { stubPage } from './page-stub.ts';
import { sendJson, testServer } from './test-server.ts';

beforeEach(() => {
  stubPage();
  // Sockets have timers of their own, which go on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  // In this order: what was spied on may be a timer that is a fake.
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server that gives these answers in turn, and who listens to it. */
async function listening(...answers: Answer[]) {
  let count = 0;
  const server = await testServer((request, response) => {
    const answer = answers[count];
    count += 1;
    if (answer) answer(response, request);
    else response.writeHead(500).end('An answer too many was asked for.');
  });
  const stop = new AbortController();
  const events = tradeUpdates(new Backend(`${server.origin}/alpaca`), 'paper', { signal: stop.signal });
  return {
    server,
    events,
    stop,
    next: () => take(events),
    /** The event after a pause that was announced. */
    async nextAfter(pause: number): Promise<StreamEvent | undefined> {
      const next = take(events);
      await vi.advanceTimersByTimeAsync(pause);
      return next;
    },
    async [Symbol.asyncDispose]() {
      await events.return();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function take(events: AsyncGenerator<StreamEvent, void>): Promise<StreamEvent | undefined> {
  return (await events.next()).value ?? undefined;
}

/** Begins a stream with these events, and leaves it open. */
function stream(...events: string[]): Answer {
  return (response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(`:\n\n${events.join('')}`);
  };
}

/** The same, and breaks the connection off when `broken` resolves. */
function streamUntil(broken: Promise<void>, ...events: string[]): Answer {
  return (response, request) => {
    stream(...events)(response, request);
    void broken.then(() => response.destroy());
  };
}

const refuse =
  (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  (response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, status, { code, message: 'What to do.', requestId: 'r' });
  };

const hangUp: Answer = (response) => void response.destroy();

const open = 'event: status\ndata: {"state":"open"}\n\n';
const fill = (id: string) => `event: fill\nid: ${id}\ndata: {"event":"fill","order":{"id":"o1"}}\n\n`;
const isOpen = { type: 'status', state: 'open' };
const isConnecting = { type: 'status', state: 'connecting' };
const update = (id: string) => ({ type: 'update', id, update: { event: 'fill', order: { id: 'o1' } } });

/** Waits for the sockets. `vi.waitUntil()` would advance the time of the timers. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

function retryIn(event: StreamEvent | undefined): number {
  expect(event).toMatchObject({ type: 'status', state: 'retrying' });
  return (event as { retryIn: number }).retryIn;
}

describe('tradeUpdates()', () => {
  it('asks for the stream of the environment, with the header that other sites cannot send', async () => {
    await using page = await listening(stream(open, fill('e-1')));
    expect([await page.next(), await page.next(), await page.next()]).toEqual([
      isConnecting,
      isOpen,
      update('e-1'),
    ]);
    const [request] = page.server.requests;
    expect(request?.line).toBe('GET /alpaca/paper/stream');
    expect(request?.headers).toMatchObject({ 'x-alpaca-connect': '1', 'cache-control': 'no-cache' });
    expect(request?.headers).not.toHaveProperty('last-event-id');
  });

  it('connects only when the first event is asked for', async () => {
    await using page = await listening(stream());
    await new Promise(setImmediate);
    expect(page.server.requests).toEqual([]);
  });

  it.each(['both', 'data', '../live', ''])('refuses the environment "%s"', (environment) => {
    const backend = new Backend('https://server.example');
    expect(() => tradeUpdates(backend, environment as 'paper')).toThrow(/"paper" or "live"/);
  });

  it('waits as long as it takes for an event while the server is heard', async () => {
    let response: ServerResponse | undefined;
    await using page = await listening((answer, request) => {
      stream(open)(answer, request);
      response = answer;
    });
    await page.next();
    await page.next();
    const next = page.next();
    for (let heartbeats = 0; heartbeats < 10; heartbeats += 1) {
      await vi.advanceTimersByTimeAsync(39_999);
      using timers = vi.spyOn(globalThis, 'setTimeout');
      response?.write(':\n\n');
      await until(() => timers.mock.calls.some(([, delay]) => delay === 40_000));
    }
    response?.write(fill('e-1'));
    expect(await next).toEqual(update('e-1'));
    expect(page.server.requests).toHaveLength(1);
  });
});

describe('tradeUpdates() for a page that is slow', () => {
  it('stays connected, and keeps what arrived together', async () => {
    await using page = await listening(stream(open, fill('e-1'), fill('e-2')));
    await page.next();
    await page.next();
    for (const id of ['e-1', 'e-2']) {
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect(await page.next()).toEqual(update(id));
    }
    expect(page.server.requests).toHaveLength(1);
  });
});

describe('tradeUpdates() after the connection broke', () => {
  it('says when it tries again, and goes on after the last event', async () => {
    const broken = deferred<void>();
    await using page = await listening(
      streamUntil(broken.promise, open, fill('e-1'), fill('e-2')),
      stream(open, fill('e-3')),
    );
    for (const _ of 'c o 1'.split(' ')) await page.next();
    expect(await page.next()).toEqual(update('e-2'));
    broken.resolve();
    const pause = retryIn(await page.next());
    expect(pause).toBeGreaterThanOrEqual(1_000);
    expect(pause).toBeLessThanOrEqual(4_000);
    expect(await page.nextAfter(pause)).toEqual(isConnecting);
    expect([await page.next(), await page.next()]).toEqual([isOpen, update('e-3')]);
    expect(page.server.requests[1]?.headers['last-event-id']).toBe('e-2');
  });

  it('does not count an event that was cut off', async () => {
    await using page = await listening((response, request) => {
      stream(fill('e-1'), 'event: fill\nid: e-2\ndata: {"cut')(response, request);
      response.end();
    }, stream(open));
    await page.next();
    expect(await page.next()).toEqual(update('e-1'));
    await page.nextAfter(retryIn(await page.next()));
    await page.next();
    expect(page.server.requests[1]?.headers['last-event-id']).toBe('e-1');
  });

  it.each<[string, Answer]>([
    ['the network fails', hangUp],
    ['the server is too busy', refuse(503, 'overloaded')],
    ['the server fails', refuse(500, 'internal')],
    ['there were too many requests', refuse(429, 'rate_limited')],
    ['a proxy in between refuses', (response) => void response.writeHead(404).end('<h1>Not found</h1>')],
    ['a portal redirects', (response) => void response.writeHead(302, { Location: '/login' }).end()],
    ['a portal answers', (response) => void response.writeHead(200).end('<h1>Log in</h1>')],
    ['the body is missing', (response) => void response.writeHead(204).end()],
    ['a refusal breaks off', (response) => void response.writeHead(401).end('{"code":"not_conn')],
  ])('tries again when %s', async (_, answer) => {
    await using page = await listening(answer, stream(open));
    await page.next();
    const pause = retryIn(await page.next());
    expect([await page.nextAfter(pause), await page.next()]).toEqual([isConnecting, isOpen]);
  });

  it('waits longer after each failure, half a minute at most, and shortly again after a connection that held', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const broken = deferred<void>();
    await using page = await listening(
      ...Array<Answer>(5).fill(hangUp),
      streamUntil(broken.promise, open),
      hangUp,
    );
    const pauses: number[] = [];
    await page.next();
    for (let failures = 0; failures < 5; failures += 1) {
      const pause = retryIn(await page.next());
      pauses.push(pause);
      await page.nextAfter(pause);
    }
    expect(pauses).toEqual([4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(await page.next()).toEqual(isOpen);
    const next = page.next();
    await vi.advanceTimersByTimeAsync(31_000);
    broken.resolve();
    expect(retryIn(await next)).toBe(2_000);
  });

  it('does not take a connection that breaks at once for a healthy one', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const short: Answer = (response) => void response.writeHead(200).end(open);
    await using page = await listening(short, short);
    await page.next();
    await page.next();
    const pause = retryIn(await page.next());
    await page.nextAfter(pause);
    await page.next();
    expect(retryIn(await page.next())).toBe(2 * pause);
  });

  it('comes back no sooner than the server asks, and only that once', async () => {
    await using page = await listening(refuse(503, 'overloaded', { 'Retry-After': '90' }), hangUp);
    await page.next();
    const pause = retryIn(await page.next());
    expect(pause).toBeGreaterThanOrEqual(91_000);
    await page.nextAfter(pause);
    expect(retryIn(await page.next())).toBeLessThanOrEqual(30_000);
  });

  it.each<[string, Answer, object[]]>([
    ['answers', () => {}, []],
    ['sends more', stream(open), [isOpen]],
    ['finishes its refusal', (response) => void response.writeHead(401).write('{"code":'), []],
  ])('gives up a server that no longer %s', async (_, answer, before) => {
    const gone = deferred<void>();
    await using page = await listening((response, request) => {
      response.on('close', () => gone.resolve());
      answer(response, request);
    });
    await page.next();
    for (const event of before) expect(await page.next()).toEqual(event);
    const next = page.next();
    await until(() => page.server.requests.length === 1);
    await vi.advanceTimersByTimeAsync(39_999);
    expect(page.server.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    retryIn(await next);
    await gone.promise;
  });
});

describe('tradeUpdates() ends', () => {
  it.each([
    [401, 'not_connected'],
    [401, 'connection_revoked'],
    [403, 'origin_not_allowed'],
    [403, 'header_missing'],
    [404, 'not_found'],
  ])('when the server refuses with %i %s', async (status, code) => {
    await using page = await listening(refuse(status, code));
    expect(await page.next()).toEqual(isConnecting);
    expect(await page.next()).toEqual({ type: 'end', code, message: 'What to do.' });
    expect(await page.next()).toBeUndefined();
    expect(page.server.requests).toHaveLength(1);
  });

  it('when it is refused on its way back', async () => {
    await using page = await listening(hangUp, refuse(401, 'not_connected'));
    await page.next();
    await page.nextAfter(retryIn(await page.next()));
    expect(await page.next()).toMatchObject({ type: 'end', code: 'not_connected' });
    expect(await page.next()).toBeUndefined();
  });

  it('with the server’s own end, whatever comes after it', async () => {
    const end = 'event: end\ndata: {"code":"connection_revoked","message":"Reconnect."}\n\n';
    const gone = deferred<void>();
    await using server = await testServer((request, response) => {
      response.on('close', () => gone.resolve());
      stream(end, fill('e-1'))(response, request);
    });
    const onEnd = vi.fn();
    const events = tradeUpdates(new Backend(server.origin), 'live', { onEnd });
    expect(await take(events)).toEqual(isConnecting);
    expect(onEnd).not.toHaveBeenCalled();
    expect(await take(events)).toEqual({ type: 'end', code: 'connection_revoked', message: 'Reconnect.' });
    expect(onEnd).toHaveBeenCalledOnce();
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await gone.promise;
    expect(server.requests.map(({ line }) => line)).toEqual(['GET /live/stream']);
  });

  it.each(['abort', 'return'] as const)('quietly with %s, also while it waits', async (way) => {
    const gone = deferred<void>();
    await using page = await listening((response, request) => {
      response.on('close', () => gone.resolve());
      stream(open)(response, request);
    });
    await page.next();
    await page.next();
    const next = page.next();
    if (way === 'abort') page.stop.abort();
    else await page.events.return();
    expect(await next).toBeUndefined();
    await gone.promise;
  });

  it.each(['abort', 'return'] as const)('quietly with %s, also during a pause', async (way) => {
    await using page = await listening(hangUp);
    await page.next();
    const pause = retryIn(await page.next());
    const next = page.next();
    if (way === 'abort') page.stop.abort();
    else await page.events.return();
    expect(await next).toBeUndefined();
    await vi.advanceTimersByTimeAsync(pause);
    expect(page.server.requests).toHaveLength(1);
  });

  it('quietly when the signal aborts between two events that arrived together', async () => {
    await using page = await listening(stream(fill('e-1'), fill('e-2')));
    await page.next();
    expect(await page.next()).toEqual(update('e-1'));
    page.stop.abort();
    expect(await page.next()).toBeUndefined();
  });

  it('quietly when the signal aborts before a pause begins', async () => {
    await using page = await listening(hangUp);
    await page.next();
    retryIn(await page.next());
    page.stop.abort();
    expect(await page.nextAfter(0)).toBeUndefined();
  });

  it('before it began, when the signal was aborted already', async () => {
    await using server = await testServer(() => {});
    const events = tradeUpdates(new Backend(server.origin), 'paper', { signal: AbortSignal.abort() });
    expect(await take(events)).toBeUndefined();
    expect(server.requests).toEqual([]);
  });

  it('with break, and lets the server know', async () => {
    const gone = deferred<void>();
    await using page = await listening((response, request) => {
      response.on('close', () => gone.resolve());
      stream(open)(response, request);
    });
    for await (const event of page.events) {
      if (event.type === 'status' && event.state === 'open') break;
    }
    await gone.promise;
  });
});

describe('tradeUpdates() while another tab connects another account', () => {
  const short: Answer = (response) => void response.writeHead(200).end(open);

  it('is not ended by a refusal that came before the cookie of the new session', async () => {
    await using page = await listening(short, refuse(401, 'not_connected'), stream(open));
    await page.next();
    expect(await page.next()).toEqual(isOpen);
    await page.nextAfter(retryIn(await page.next()));
    await page.nextAfter(retryIn(await page.next()));
    expect(await page.next()).toEqual(isOpen);
  });

  it('is ended when the session is still refused fifteen seconds later', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const refusal = refuse(401, 'not_connected');
    await using page = await listening(short, ...Array<Answer>(9).fill(refusal));
    await page.next();
    await page.next();
    for (let tries = 0; tries < 3; tries += 1) await page.nextAfter(retryIn(await page.next()));
    expect(await page.next()).toMatchObject({ type: 'end', code: 'not_connected' });
  });
});
