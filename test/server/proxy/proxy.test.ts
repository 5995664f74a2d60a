import { describe, expect, it } from 'vitest';
import { PublicError } from '../../../server/http/errors.ts';
import { LARGEST_BODY } from '../../../server/proxy/read-body.ts';
import { connectionOf, Harness, ORIGIN, PAGE_LINES, statusOf, TOKEN } from './proxy-harness.ts';

async function answerOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { code, message } = (await response.json()) as { code: string; message: string };
  return { status: response.status, code, message };
}

describe('handle()', () => {
  it('passes a request on with the token and relays the answer', async () => {
    await using harness = await Harness.start({
      upstream: (_, response) =>
        response
          .writeHead(200, {
            'Content-Type': 'application/json',
            'X-RateLimit-Remaining': '199',
            'X-Request-ID': 'up1',
          })
          .end('{"cash":"1"}'),
    });
    const response = await harness.fetch('/alpaca/paper/v2/orders?status=all&symbols=BTC%2FUSD&x=a+b%20c');
    expect(await response.text()).toBe('{"cash":"1"}');
    expect(harness.hits).toHaveLength(1);
    expect(harness.hits[0]).toMatchObject({
      method: 'GET',
      url: '/v2/orders?status=all&symbols=BTC%2FUSD&x=a+b%20c',
    });
    expect(harness.hits[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-ratelimit-remaining': '199',
      'x-upstream-request-id': 'up1',
      'x-request-id': harness.hits[0]?.headers['x-request-id'],
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Sec-Fetch-Site',
    });
  });

  it('passes a body on, sized and chunked', async () => {
    await using harness = await Harness.start({ prefix: '/paper' });
    const order = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
    await (await harness.fetch('/alpaca/paper/v2/orders', { ...order, body: '{"symbol":"AAPL"}' })).text();
    const stream = new Blob(['{"symbol":', '"MSFT"}']).stream();
    const streamed = { ...order, body: stream, duplex: 'half' } as RequestInit;
    await (await harness.fetch('/alpaca/paper/v2/orders', streamed)).text();
    expect(harness.hits.map(({ url }) => url)).toEqual(['/paper/v2/orders', '/paper/v2/orders']);
    expect(await Promise.all(harness.hits.map(({ body }) => body))).toEqual([
      '{"symbol":"AAPL"}',
      '{"symbol":"MSFT"}',
    ]);
    expect(harness.hits[0]?.headers['content-length']).toBe('17');
  });

  it('passes HEAD, 204 and Alpaca’s own errors on as they are', async () => {
    const answers: [number, string?][] = [
      [200],
      [204],
      [403, '{"code":40310000}'],
      [429, '{"message":"slow"}'],
      [503, 'x'],
    ];
    await using harness = await Harness.start({
      upstream: (_, response) => {
        const [status, body] = answers.shift() ?? [500];
        response.writeHead(status, { 'Content-Type': 'application/json', 'Retry-After': '2' }).end(body);
      },
    });
    const head = await harness.fetch('/alpaca/paper/v2/account', { method: 'HEAD' });
    expect([head.status, harness.hits[0]?.method]).toEqual([200, 'HEAD']);
    const order = '/alpaca/paper/v2/orders/0d1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7';
    expect((await harness.fetch(order, { method: 'DELETE' })).status).toBe(204);
    const others = [];
    for (const _ of [1, 2, 3]) others.push(await harness.fetch('/alpaca/paper/v2/account'));
    expect(others.map(({ status }) => status)).toEqual([403, 429, 503]);
    expect(others[1]?.headers.get('retry-after')).toBe('2');
    expect(await others[0]?.text()).toBe('{"code":40310000}');
    expect(harness.hits).toHaveLength(5);
  });

  it('does not decompress', async () => {
    await using harness = await Harness.start({
      upstream: (_, response) =>
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not really gzip'),
    });
    const answer = await harness.raw(
      `GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}Accept-Encoding: gzip\r\n\r\n`,
    );
    expect(answer).toContain('Content-Encoding: gzip\r\n');
    expect(answer).toContain('not really gzip');
    expect(harness.hits[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('leaves requests alone that are not for an API', async () => {
    await using harness = await Harness.start();
    const paths = ['/', '/alpaca', '/alpaca/', '/alpaca/paper', '/alpaca/paperx/v2', '/alpaca/connections'];
    const streams = ['/alpaca/paper/stream', '/alpaca/live/stream?from=1'];
    for (const path of [
      ...paths,
      ...streams,
      '/ALPACA/paper/v2/account',
      '/alpaca/PAPER/v2/account',
      '/x/alpaca/paper/v2',
    ]) {
      expect(await (await harness.fetch(path)).text()).toBe('not the proxy');
    }
    expect(await answerOf(await harness.fetch('/alpaca/paper/stream/x'))).toMatchObject({
      code: 'operation_not_allowed',
    });
    expect(await answerOf(await harness.fetch('/alpaca/paper/streams'))).toMatchObject({
      code: 'operation_not_allowed',
    });
    expect(harness.hits).toEqual([]);
  });

  it('judges the raw target that Express keeps in originalUrl', async () => {
    await using harness = await Harness.start();
    const seen = { originalUrl: '/elsewhere', url: '/alpaca/paper/v2/account' };
    expect(harness.proxy.handle(seen as never, {} as never)).toBe(false);
  });

  it.each([
    ['/alpaca/paper/v2/account/', 400, 'bad_path'],
    ['/alpaca/paper/v2/account?token=x', 400, 'bad_path'],
    ['/alpaca/paper/v2/nothing', 404, 'operation_not_allowed'],
    ['/alpaca/data/v2/account', 404, 'operation_not_allowed'],
    ['/alpaca/live/v2/account', 401, 'not_connected'],
  ])('refuses %s with %i %s, readable for the page', async (path, status, code) => {
    await using harness = await Harness.start();
    const response = await harness.fetch(path);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(await answerOf(response)).toMatchObject({ status, code });
    expect(harness.hits).toEqual([]);
  });

  it('refuses an environment that the server does not offer', async () => {
    await using harness = await Harness.start({
      environments: ['paper'],
      connections: [connectionOf('live')],
    });
    const answer = await answerOf(await harness.fetch('/alpaca/live/v2/account'));
    expect(answer).toMatchObject({ status: 404, code: 'operation_not_allowed' });
    expect(answer.message).toContain('ALPACA_ENVIRONMENTS');
    expect(harness.hits).toEqual([]);
  });

  it('refuses a method that the path does not take and names those it takes', async () => {
    await using harness = await Harness.start();
    const response = await harness.fetch('/alpaca/paper/v2/account', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('keeps money movement closed until it is opened by name', async () => {
    const locate = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
    await using closed = await Harness.start();
    const refusal = await answerOf(await closed.fetch('/alpaca/paper/v1/locates', locate));
    expect(refusal).toMatchObject({ status: 404, code: 'operation_not_allowed' });
    expect(refusal.message).toContain('ALPACA_ALLOW');
    expect(closed.hits).toEqual([]);
    await using opened = await Harness.start({ allow: ['POST /v1/locates'] });
    expect((await opened.fetch('/alpaca/paper/v1/locates', locate)).status).toBe(200);
  });

  it('names the scope that is missing', async () => {
    await using harness = await Harness.start({ connections: [connectionOf('paper', { scope: 'data' })] });
    const answer = await answerOf(await harness.fetch('/alpaca/paper/v2/positions', { method: 'DELETE' }));
    expect(answer).toMatchObject({ status: 403, code: 'insufficient_scope' });
    expect(answer.message).toContain('"trading"');
    expect(harness.hits).toEqual([]);
  });

  it('answers 401 without a session and 503 when the store fails', async () => {
    await using nobody = await Harness.start({ sessions: { open: async () => undefined } });
    expect(await answerOf(await nobody.fetch('/alpaca/data/v2/stocks/bars'))).toMatchObject({
      status: 401,
      code: 'not_connected',
    });
    const down = new PublicError(503, 'session_store_unavailable', 'Try again in a moment.');
    await using broken = await Harness.start({ sessions: { open: () => Promise.reject(down) } });
    expect(await answerOf(await broken.fetch('/alpaca/paper/v2/account'))).toMatchObject({
      status: 503,
      code: 'session_store_unavailable',
    });
    expect([...nobody.hits, ...broken.hits]).toEqual([]);
  });

  it('survives a touch that fails', async () => {
    await using harness = await Harness.start({
      sessions: { touch: () => Promise.reject(new Error('disk')) },
    });
    expect((await harness.fetch('/alpaca/paper/v2/account')).status).toBe(200);
    expect(harness.log.map(({ event }) => event)).toContain('session_not_touched');
  });

  it('marks this very connection as revoked when Alpaca answers 401', async () => {
    const marked: unknown[] = [];
    await using harness = await Harness.start({
      upstream: (_, response) =>
        response.writeHead(401).end('{"code":40110000,"message":"access token verification failed"}'),
      sessions: { markRevoked: async (open, id) => void marked.push([open.connections.length, id]) },
    });
    const response = await harness.fetch('/alpaca/paper/v2/account');
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(await answerOf(response)).toMatchObject({ status: 401, code: 'connection_revoked' });
    expect(marked).toEqual([[1, 'paper-connection']]);
  });

  it('answers connection_revoked even when the mark cannot be written', async () => {
    await using harness = await Harness.start({
      upstream: (_, response) =>
        response.writeHead(401).end('{"code":40110000,"message":"request is not authorized"}'),
      sessions: { markRevoked: () => Promise.reject(new Error('locked')) },
    });
    expect(await answerOf(await harness.fetch('/alpaca/paper/v2/account'))).toMatchObject({
      code: 'connection_revoked',
    });
  });

  it('refuses a body above the limit, declared or streamed', async () => {
    await using harness = await Harness.start();
    const head = `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: application/json\r\n`;
    const declared = await harness.raw(`${head}Content-Length: ${LARGEST_BODY + 1}\r\n\r\n{`);
    expect(statusOf(declared)).toBe(413);
    expect(declared).toContain('body_too_large');
    expect(harness.hits).toEqual([]);
    const size = (LARGEST_BODY + 1).toString(16);
    const streamed = await harness.raw(
      `${head}Transfer-Encoding: chunked\r\n\r\n${size}\r\n${'x'.repeat(LARGEST_BODY + 1)}`,
    );
    expect(statusOf(streamed)).toBe(413);
    expect(await Promise.all(harness.hits.map(({ body }) => body))).not.toContain(
      'x'.repeat(LARGEST_BODY + 1),
    );
  });

  it('answers a preflight by itself', async () => {
    await using harness = await Harness.start();
    const preflight = { method: 'OPTIONS', headers: { 'Access-Control-Request-Method': 'PATCH' } };
    expect((await harness.fetch('/alpaca/paper/v2/orders', preflight)).status).toBe(204);
    expect((await harness.fetch('/alpaca/paper/v2/orders', { method: 'OPTIONS' })).status).toBe(405);
    expect(harness.hits).toEqual([]);
  });

  it('passes an event stream on as it comes, beyond the idle and the total deadline', async () => {
    await using harness = await Harness.start({
      deadlines: { bodyIdle: 20, total: 50 },
      upstream: (_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.flushHeaders();
        setTimeout(() => response.write('data: 1\n\n'), 150);
      },
    });
    const response = await harness.fetch('/alpaca/paper/v2beta1/events/activities');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(Buffer.from(value ?? []).toString()).toBe('data: 1\n\n');
    await reader.cancel();
  });
});

describe('the log', () => {
  it('has one line for a request, with the template and never the URL, the token or a cookie', async () => {
    await using harness = await Harness.start({
      upstream: (_, response) => response.writeHead(200, { 'X-Request-ID': 'up1' }).end(),
    });
    const path = '/alpaca/paper/v2/positions/AAPL?side=secret-query';
    const response = await harness.fetch(path, { headers: { Cookie: 'alpaca.sid=secret-cookie' } });
    await response.text();
    expect(harness.log).toEqual([
      expect.objectContaining({
        method: 'GET',
        route: '/v2/positions/{symbol_or_asset_id}',
        environment: 'paper',
        status: 200,
        ms: expect.any(Number),
        requestId: response.headers.get('x-request-id'),
        upstreamRequestId: 'up1',
        ending: 'complete',
      }),
    ]);
    expect(JSON.stringify(harness.log)).not.toMatch(/AAPL|secret|4e0f0d6c/);
  });

  it('says why a request was refused', async () => {
    await using harness = await Harness.start();
    await harness.fetch('/alpaca/paper/v2/account?access_token=secret-token');
    expect(harness.log).toEqual([expect.objectContaining({ status: 400, code: 'bad_path', msg: 'refused' })]);
    expect(JSON.stringify(harness.log)).not.toContain('secret');
  });
});

describe('probe()', () => {
  it('resolves when the upstream answers anything, and rejects when it does not', async () => {
    await using up = await Harness.start({ upstream: (_, response) => response.writeHead(404).end() });
    await expect(up.proxy.probe()).resolves.toBeUndefined();
    await using down = await Harness.start({ rawUpstream: (socket) => socket.destroy() });
    await expect(down.proxy.probe()).rejects.toThrow();
  });
});
