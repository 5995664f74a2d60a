import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backend } from '../../widget/backend.ts';
import { pageOrigin, stubPage } from './page-stub.ts';
import { sendJson, testServer } from './test-server.ts';

beforeEach(() => void stubPage());
afterEach(() => vi.unstubAllGlobals());

describe('new Backend()', () => {
  it.each([
    ['https://example.com/alpaca', 'https://example.com/alpaca'],
    ['https://example.com/alpaca/', 'https://example.com/alpaca'],
    ['/alpaca', `${pageOrigin}/alpaca`],
  ])('takes %s', (server, url) => {
    expect(new Backend(server).url).toBe(url);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://',
    'https://example.com/a?b',
    'https://example.com/#c',
  ])('refuses %s and says what it wants', (server) => {
    expect(() => new Backend(server)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining('https://example.com'),
      }),
    );
  });

  it('encodes the page’s origin into the launch URL', () => {
    const url = new Backend('https://s.example/alpaca').launchUrl('https://p.example:8443');
    expect(url).toBe('https://s.example/alpaca/launch?origin=https%3A%2F%2Fp.example%3A8443');
  });
});

describe('Backend', () => {
  it('sends the header that other sites cannot send, with every call', async () => {
    await using server = await testServer(({ method }, response) =>
      sendJson(response, method === 'DELETE' ? 204 : 200, {}),
    );
    const backend = new Backend(`${server.origin}/alpaca`);
    await backend.connections();
    await backend.exchange({ code: 'grant', codeVerifier: 'verifier' });
    await backend.disconnect('paper');
    await backend.collect('attempt', 'verifier');
    await backend.proxied('data', '/v2/stocks/bars?symbols=BTC%2FUSD');
    expect(server.requests.map(({ line }) => line)).toEqual([
      'GET /alpaca/connections',
      'POST /alpaca/connections',
      'DELETE /alpaca/connections/paper',
      'GET /alpaca/mailbox/attempt',
      'GET /alpaca/data/v2/stocks/bars?symbols=BTC%2FUSD',
    ]);
    for (const { headers } of server.requests) expect(headers['x-alpaca-connect']).toBe('1');
    expect(server.requests[3]?.headers['x-alpaca-connect-verifier']).toBe('verifier');
  });

  it('keeps code and sentence of the server’s errors', async () => {
    const error = { code: 'live_not_allowed', message: 'Connect a paper account.', requestId: 'r' };
    await using server = await testServer((_, response) => sendJson(response, 403, error));
    const exchange = new Backend(server.origin).exchange({ code: 'g', codeVerifier: 'v' });
    await expect(exchange).rejects.toMatchObject({
      code: 'live_not_allowed',
      message: 'Connect a paper account.',
    });
  });

  it('keeps how long to wait when there were too many requests', async () => {
    const error = { code: 'rate_limited', message: 'Try again in 30 seconds.', requestId: 'r' };
    await using server = await testServer((_, response) => sendJson(response, 429, error));
    const exchange = new Backend(server.origin).exchange({ code: 'g', codeVerifier: 'v' });
    await expect(exchange).rejects.toMatchObject({ code: 'network', message: 'Try again in 30 seconds.' });
  });

  it.each([
    [502, '<h1>Bad gateway</h1>'],
    [403, '{"message":"forbidden."}'],
    [200, '<h1>Sign in to this network</h1>'],
    [302, ''],
  ])(
    'says of an answer that is not the server’s own, such as %i %s, that something else answered',
    async (status, body) => {
      await using server = await testServer((_, response) =>
        response.writeHead(status, { Location: '/sign-in' }).end(body),
      );
      const backend = new Backend(server.origin);
      const calls = [() => backend.connections(), () => backend.disconnect('paper')];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject({
          code: 'network',
          foreignStatus: String(status),
        });
      }
      expect(server.requests).toHaveLength(calls.length);
    },
  );

  it('does not say so of an answer that was cut off, or none', async () => {
    await using server = await testServer((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('{"app":');
      setTimeout(() => response.destroy(), 20);
    });
    const lost = { code: 'network', message: 'network', foreignStatus: undefined };
    await expect(new Backend(server.origin).connections()).rejects.toMatchObject(lost);
    await expect(new Backend('http://127.0.0.1:1').connections()).rejects.toMatchObject(lost);
  });

  it('calls an answer that breaks off a network error', async () => {
    await using server = await testServer((_, response) => response.writeHead(200).end('{"app":'));
    await expect(new Backend(server.origin).connections()).rejects.toMatchObject({ code: 'network' });
  });

  it('calls a server that is not there a network error', async () => {
    const server = await testServer(() => {});
    await server[Symbol.asyncDispose]();
    await expect(new Backend(server.origin).connections()).rejects.toMatchObject({ code: 'network' });
  });

  it('follows no redirect, which could lead the verifier elsewhere', async () => {
    await using server = await testServer((_, response) =>
      response.writeHead(307, { Location: '/elsewhere' }).end(),
    );
    await expect(new Backend(server.origin).collect('attempt', 'verifier')).rejects.toMatchObject({
      code: 'network',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('rejects with the reason of the signal that stopped it', async () => {
    await using server = await testServer(() => {});
    const scope = new AbortController();
    const pending = new Backend(server.origin).connections(scope.signal);
    scope.abort(new Error('the reason'));
    await expect(pending).rejects.toThrow('the reason');
  });
});

describe('Backend.proxied()', () => {
  it('answers errors as they are', async () => {
    await using server = await testServer((_, response) => sendJson(response, 403, { code: 40310000 }));
    const response = await new Backend(server.origin).proxied('paper', '/v2/orders', { method: 'POST' });
    expect(response.status).toBe(403);
  });

  it('sends the headers of the page along', async () => {
    await using server = await testServer((_, response) => sendJson(response, 201, {}));
    const headers = { 'Idempotency-Key': 'key-1', 'Content-Type': 'application/json' };
    await new Backend(server.origin).proxied('paper', '/v1/locates', { method: 'POST', headers, body: '{}' });
    expect(server.requests[0]?.headers).toMatchObject({
      'idempotency-key': 'key-1',
      'content-type': 'application/json',
      'x-alpaca-connect': '1',
    });
  });

  it.each(['v2/account', '//attacker.example/v2/account', '', 'https://attacker.example/'])(
    'refuses the path "%s"',
    (path) =>
      expect(new Backend('https://s.example').proxied('paper', path)).rejects.toThrow(
        /begins with a single slash/,
      ),
  );

  it('refuses an API that there is not', () =>
    expect(new Backend('https://s.example').proxied('../x' as 'paper', '/v2/account')).rejects.toThrow(
      /"paper"/,
    ));
});
