import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ORIGIN, PAGE, type Person, StreamHarness, until } from './stream-harness.ts';

const STREAM = '/alpaca/paper/stream';

describe('GET /paper/stream', () => {
  it('relays what Alpaca says, under its names, with ids, after the status', async () => {
    await using harness = await StreamHarness.start();
    await using page = await harness.listen(await harness.connect());
    expect(page.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');

    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'connecting' } });
    expect(await page.next()).toMatchObject({ event: 'status', data: { state: 'open' } });
    harness.alpaca.publish('new');
    harness.alpaca.publish('partial_fill', { price: '187.20', qty: '1' });
    expect(await page.next()).toMatchObject({
      event: 'new',
      data: { event: 'new', order: { id: 'order-1' } },
    });
    const fill = await page.next();
    expect(fill).toMatchObject({ event: 'partial_fill', data: { price: '187.20' } });
    expect(fill.id).toMatch(/^[0-9a-f]{16}-2$/);
  });

  it.each([
    ['binary frames, as paper sends', true],
    ['text frames, as live sends', false],
  ])('hears %s', async (_, binary) => {
    await using harness = await StreamHarness.start({ alpaca: { binary } });
    await using page = await harness.listen(await harness.connect());
    await page.opened();
    harness.alpaca.publish('fill');
    expect(await page.next()).toMatchObject({ event: 'fill' });
  });

  it('gives a name of Alpaca that is no name, or one of ours, as "message"', async () => {
    await using harness = await StreamHarness.start();
    await using page = await harness.listen(await harness.connect());
    await page.opened();
    for (const event of ['end', 'status', 'gap', 'Fill', 'a\nevent: end', '', 'x'.repeat(41)]) {
      harness.alpaca.publish(event);
      expect(await page.next()).toMatchObject({ event: 'message', data: { event } });
    }
  });

  it('opens one upstream for a connection, however many tabs listen', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    const pages = await Promise.all(Array.from({ length: 20 }, () => harness.listen(person)));
    await Promise.all(pages.map((page) => page.until(() => page.text.includes('"open"'))));
    harness.alpaca.publish('fill');
    const fills = await Promise.all(pages.map((page) => page.nextOf('fill')));
    expect(new Set(fills.map(({ id }) => id)).size).toBe(1);
    expect(harness.alpaca.sockets).toHaveLength(1);
  });

  it('opens an upstream for each connection, with its own token', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect({ environment: 'paper' }, { environment: 'live' });
    await using _paper = await harness.listen(person);
    await using _live = await harness.listen(person, { environment: 'live' });
    await using _other = await harness.listen(await harness.connect());
    await until(() => harness.alpaca.sockets.every(({ frames }) => frames.length === 2));
    const tokens = harness.alpaca.sockets.map(({ frames }) => JSON.parse(frames[0] ?? '').data.oauth_token);
    expect(tokens).toContain(person.connections[0]?.accessToken);
    expect(tokens).toContain(person.connections[1]?.accessToken);
    expect(new Set(tokens).size).toBe(3);
  });

  it('never lets an answer be stored, sniffed, compressed or held back', async () => {
    await using harness = await StreamHarness.start();
    await using page = await harness.listen(await harness.connect());
    const { headers } = page.response;
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-expose-headers')).toContain('X-Request-ID');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('vary')).toContain('Origin');
  });

  it('sends a comment at intervals, so that the socket stays open', async () => {
    await using harness = await StreamHarness.start({ times: { heartbeat: 20 } });
    await using page = await harness.listen(await harness.connect());
    await page.until(() => page.text.split('\n:\n\n').length > 3);
  });

  it('does not count as use of the session', async () => {
    await using harness = await StreamHarness.start({ times: { checkInterval: 10 } });
    const person = await harness.connect();
    const before = await harness.sessions.load(person.id);
    await using page = await harness.listen(person);
    await page.opened();
    const after = await harness.sessions.load(person.id);
    expect(after?.sealed).toEqual(before?.sealed);
  });

  it('is logged as it opens and as it ends, without a token or a cookie', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect();
    const page = await harness.listen(person);
    await page.opened();
    page.leave();
    await until(() => harness.endings().length > 0);
    const { requestId } = harness.log.find(({ event }) => event === 'stream_opened') ?? {};
    expect(requestId).toBe(page.response.headers.get('x-request-id'));
    expect(harness.log).toContainEqual(
      expect.objectContaining({ event: 'stream_opened', environment: 'paper', requestId }),
    );
    const request = { route: '/alpaca/paper/stream', method: 'GET', status: 200, ending: 'client_closed' };
    expect(harness.log).toContainEqual(expect.objectContaining({ event: 'request', requestId, ...request }));
    expect(JSON.stringify(harness.log)).not.toContain(person.connection.accessToken);
    expect(JSON.stringify(harness.log)).not.toContain(person.id);
  });
});

describe('a stream is refused', () => {
  const refusals: [string, number, string, (person: Person) => [string, RequestInit]][] = [
    [
      'without the header',
      403,
      'header_missing',
      (p) => [STREAM, { headers: { Cookie: p.cookie, 'X-Alpaca-Connect': '' } }],
    ],
    [
      'to another origin',
      403,
      'origin_not_allowed',
      (p) => [STREAM, { headers: { Cookie: p.cookie, Origin: 'https://evil.example' } }],
    ],
    [
      'to a navigation',
      403,
      'origin_not_allowed',
      (p) => [STREAM, { headers: { Cookie: p.cookie, 'Sec-Fetch-Site': 'none' } }],
    ],
    ['without a session', 401, 'not_connected', () => [STREAM, {}]],
    [
      'with a cookie that nobody signed',
      401,
      'not_connected',
      () => [STREAM, { headers: { Cookie: 'alpaca.sid=s%3Aabc.def' } }],
    ],
    [
      'for the other environment',
      401,
      'not_connected',
      (p) => ['/alpaca/live/stream', { headers: { Cookie: p.cookie } }],
    ],
    [
      'with POST',
      405,
      'method_not_allowed',
      (p) => [STREAM, { method: 'POST', headers: { Cookie: p.cookie } }],
    ],
    ['with HEAD', 405, '', (p) => [STREAM, { method: 'HEAD', headers: { Cookie: p.cookie } }]],
    [
      'with a token in its query',
      400,
      'bad_path',
      (p) => [`${STREAM}?access_token=x`, { headers: { Cookie: p.cookie } }],
    ],
  ];

  it.each(refusals)('%s: %i %s', async (_, status, code, ask) => {
    await using harness = await StreamHarness.start();
    const [path, init] = ask(await harness.connect());
    const response = await harness.fetch(path, init as { headers: Record<string, string> });
    const body = await response.text();
    expect(response.status).toBe(status);
    if (code !== '') expect(JSON.parse(body)).toMatchObject({ code });
    expect(harness.alpaca.sockets).toHaveLength(0);
  });

  it('of a connection that Alpaca no longer accepts', async () => {
    await using harness = await StreamHarness.start();
    const person = await harness.connect({ revokedAt: '2026-08-01T00:00:00.000Z', accessToken: '' });
    await expect(harness.listen(person)).rejects.toThrow('connection_revoked');
  });

  it('in an environment that the server does not offer', async () => {
    await using harness = await StreamHarness.start({ environments: ['paper'] });
    const person = await harness.connect({ environment: 'live' });
    await expect(harness.listen(person, { environment: 'live' })).rejects.toThrow('operation_not_allowed');
  });

  it('with a body', async () => {
    await using harness = await StreamHarness.start();
    const { cookie } = await harness.connect();
    const lines = Object.entries({
      Host: 'x',
      ...PAGE,
      Cookie: cookie,
      'Content-Length': '2',
      Connection: 'close',
    });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const socket = connect(harness.port, '127.0.0.1');
    socket.write(`GET ${STREAM} HTTP/1.1\r\n${head}\r\n{}`);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('beyond the limit of a connection, and of all, with a time to come back', async () => {
    await using harness = await StreamHarness.start({
      limits: { connection: 2, person: 3, address: 3, total: 3, waiting: 0, present: 3 },
    });
    const [one, two] = [await harness.connect(), await harness.connect()];
    const first = await harness.listen(one);
    await using _second = await harness.listen(one);
    const refused = await harness.fetch(STREAM, { headers: { Cookie: one.cookie } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    await using _third = await harness.listen(two);
    await expect(harness.listen(two)).rejects.toThrow('overloaded');
    first.leave();
    await until(() => harness.endings().length > 0);
    await using _fourth = await harness.listen(two);
  });
});

describe('what lies beside the streams', () => {
  it.each([
    ['/alpaca/paper/streams', 404],
    ['/alpaca/paper/stream/', 400],
    ['/alpaca/data/stream', 404],
    ['/alpaca/paper/%73tream', 400],
    ['/elsewhere/paper/stream', 404],
  ])('%s is no stream: %i', async (path, status) => {
    await using harness = await StreamHarness.start();
    const { cookie } = await harness.connect();
    const response = await harness.fetch(path, { headers: { Cookie: cookie } });
    expect(response.status).toBe(status);
    expect(harness.alpaca.sockets).toHaveLength(0);
  });

  it('a preflight for Last-Event-ID is allowed', async () => {
    await using harness = await StreamHarness.start();
    const preflight = await harness.fetch(STREAM, {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'last-event-id' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('last-event-id');
  });
});
