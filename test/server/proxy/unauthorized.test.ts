// Alpaca answers 401 to what a token may not do, and a gateway in front of it to anything. Either must cost the person one
// request and not the connection; only a token that Alpaca no longer knows may.
import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { connectionOf, Harness, type HarnessOptions, PAGE_LINES, statusOf, TOKEN } from './proxy-harness.ts';

type Answer = (response: ServerResponse) => void;

function json(status: number, body: object): Answer {
  return (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

const scope = json(401, { code: 40110000, message: 'token is not authorized for this scope' });
const unknownToken = json(401, { code: 40110000, message: 'request is not authorized' });
const gateway: Answer = (response) =>
  response
    .writeHead(401, { 'Content-Type': 'text/html', 'WWW-Authenticate': 'Basic realm="gateway"' })
    .end('<html><title>401 Authorization Required</title></html>');
const account = json(200, { id: 'a', status: 'ACTIVE' });

/** A proxy whose Alpaca answers `/v2/account` like this and everything else like that, and what was marked as revoked. */
async function refusing(everything: Answer, onAccount: Answer, more: HarnessOptions = {}) {
  const marked: string[] = [];
  const upstream: RequestListener = (request, response) =>
    (request.url === '/v2/account' ? onAccount : everything)(response);
  const harness = await Harness.start({
    upstream,
    sessions: { markRevoked: async (_open, id) => void marked.push(id) },
    connections: [connectionOf('paper'), connectionOf('live')],
    ...more,
  });
  const asked = () => harness.hits.filter(({ url }) => url === '/v2/account').length;
  return { harness, marked, asked, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

const BARS = '/alpaca/data/v2/stocks/bars?symbols=AAPL';
const ORDERS = { paper: '/alpaca/paper/v2/orders', live: '/alpaca/live/v2/orders' };

async function answerOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { code, message } = (await response.json()) as { code: string; message: string };
  return { status: response.status, code, message };
}

describe('a 401 that names the scope', () => {
  it.each([
    ['live', ORDERS.live, 'approval'],
    ['data', BARS, 'licence'],
    ['paper', ORDERS.paper, 'environment'],
  ])(
    'of the %s host is passed on with Alpaca’s words and what helps, and asks nothing',
    async (_, path, hint) => {
      await using page = await refusing(scope, account);
      const { status, code, message } = await answerOf(await page.harness.fetch(path));
      expect([status, code]).toEqual([403, 'insufficient_scope']);
      expect(message).toContain('"token is not authorized for this scope"');
      expect(message).toContain(hint);
      expect(message).toMatch(/the connection is kept/i);
      expect(page.marked).toEqual([]);
      expect(page.asked()).toBe(0);
      expect((await page.harness.fetch('/alpaca/paper/v2/account')).status).toBe(200);
    },
  );

  it('is read also when it comes compressed', async () => {
    const body = gzipSync('{"code":40110000,"message":"token is not authorized for this scope"}');
    await using page = await refusing(
      (response) => response.writeHead(401, { 'Content-Encoding': 'gzip' }).end(body),
      account,
    );
    const lines = `${PAGE_LINES}Accept-Encoding: gzip\r\n`;
    const answer = await page.harness.raw(`GET ${BARS} HTTP/1.1\r\n${lines}\r\n`);
    expect(statusOf(answer)).toBe(403);
    expect(answer).toContain('token is not authorized for this scope');
  });
});

describe('any other 401', () => {
  it.each([
    ['the Trading API', ORDERS.paper],
    ['the Market Data API', BARS],
  ])('of %s ends the connection when the account is refused, too', async (_, path) => {
    await using page = await refusing(unknownToken, unknownToken);
    expect(await answerOf(await page.harness.fetch(path))).toMatchObject({
      status: 401,
      code: 'connection_revoked',
    });
    expect(page.marked).toEqual(['paper-connection']);
    expect(page.asked()).toBe(1);
  });

  it.each<[string, Answer, Answer]>([
    ['Alpaca’s, while the account answers', unknownToken, account],
    ['without a code, while the account answers', json(401, { message: 'forbidden.' }), account],
  ])('of the Market Data API, %s, is a matter of the licence', async (_, everything, onAccount) => {
    await using page = await refusing(everything, onAccount);
    const { status, code, message } = await answerOf(await page.harness.fetch(BARS));
    expect([status, code]).toEqual([403, 'insufficient_scope']);
    expect(message).toContain('licence');
    expect(page.marked).toEqual([]);
    expect((await page.harness.fetch('/alpaca/paper/v2/account')).status).toBe(200);
  });

  it.each<[string, Answer, Answer]>([
    ['a gateway’s page, while the account answers', gateway, account],
    ['a gateway’s page, on the account too', gateway, gateway],
    ['an empty one, while the account answers', (response) => response.writeHead(401).end(), account],
    ['Alpaca’s, while the account fails', unknownToken, json(500, { message: 'internal' })],
    ['Alpaca’s, while the account is forbidden', unknownToken, json(403, { message: 'forbidden.' })],
    ['Alpaca’s, while a page is in place of the account', unknownToken, gateway],
    ['Alpaca’s, while nobody answers for the account', unknownToken, (response) => response.destroy()],
  ])('keeps the connection when it is %s', async (_, everything, onAccount) => {
    await using page = await refusing(everything, onAccount);
    const order = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
    for (const path of [ORDERS.paper, ORDERS.live]) {
      const { status, code, message } = await answerOf(await page.harness.fetch(path, order));
      expect([status, code]).toEqual([502, 'upstream_refused']);
      expect(message).toContain('Nothing was placed');
      expect(message).toContain('Try again');
    }
    expect(page.marked).toEqual([]);
  });

  it('asks for the account once, whoever else is refused meanwhile or a moment later', async () => {
    await using page = await refusing(unknownToken, unknownToken);
    const refused = () => Promise.all(Array.from({ length: 50 }, () => page.harness.fetch(ORDERS.paper)));
    const answers = [...(await refused()), ...(await refused())];
    expect(new Set(await Promise.all(answers.map(async (each) => (await answerOf(each)).code)))).toEqual(
      new Set(['connection_revoked']),
    );
    expect(page.asked()).toBe(1);
  });

  it.each([
    ['is endless', (response: ServerResponse) => response.write(Buffer.alloc(4_096, 'x'))],
    ['breaks off', (response: ServerResponse) => response.write('{"code":', () => response.destroy())],
  ])('is over for the page also when its body %s', async (_, write) => {
    await using page = await refusing((response) => {
      response.writeHead(401, { 'Content-Type': 'application/json' });
      write(response);
    }, account);
    expect(await answerOf(await page.harness.fetch(ORDERS.paper))).toMatchObject({
      code: 'upstream_refused',
    });
    await expect.poll(() => page.harness.upstreamSockets.size).toBeLessThan(2);
  });

  it('is not waited for when its body never comes', async () => {
    await using page = await refusing((response) => response.writeHead(401).flushHeaders(), account);
    expect(await answerOf(await page.harness.fetch(ORDERS.paper))).toMatchObject({
      code: 'upstream_refused',
    });
  });

  it('shows the token neither to the page nor to the log', async () => {
    const quoting = json(401, { code: 40110000, message: `${TOKEN} is not authorized for this scope` });
    await using page = await refusing(quoting, unknownToken);
    const { code, message } = await answerOf(await page.harness.fetch(ORDERS.paper));
    expect(code).toBe('insufficient_scope');
    expect(message).not.toContain(TOKEN);
    expect(JSON.stringify(page.harness.log)).not.toContain(TOKEN);
  });
});
