import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearer, buildUpstreamRequest, upstreamBase } from '../../../server/proxy/upstream-request.ts';

function build(more: object = {}, acceptEncoding?: string) {
  const request = new IncomingMessage(new Socket());
  if (acceptEncoding !== undefined) request.headers['accept-encoding'] = acceptEncoding;
  const parts = {
    base: { origin: 'https://paper-api.alpaca.markets', prefix: '' },
    method: 'GET',
    path: '/v2/account',
    query: '',
    length: undefined,
    events: false,
    documented: [],
    accessToken: 'abc-123',
    requestId: 'r1',
  };
  return buildUpstreamRequest({ ...parts, ...more }, request);
}

function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

describe('bearer()', () => {
  it('makes the header value of a token', () => {
    expect(bearer('a1-b2_c3.~+/==')).toBe('Bearer a1-b2_c3.~+/==');
  });

  it('refuses a token longer than 4 KiB', () => {
    expect(() => bearer('a'.repeat(4097))).toThrow(TypeError);
  });

  it.each(['', 'a b', 'a\r\nX-Evil: 1', 'a\u0000', 'é', 'a"b'])(
    'refuses %j without repeating it',
    (token) => {
      expect(() => bearer(token)).toThrow(/^The access token is not a bearer token\.$/);
    },
  );
});

describe('upstreamBase()', () => {
  it.each([
    ['https://api.alpaca.markets', 'https://api.alpaca.markets', ''],
    ['http://localhost:4010/paper', 'http://localhost:4010', '/paper'],
    ['http://localhost:4010/paper/', 'http://localhost:4010', '/paper'],
  ])('takes %s apart', (url, origin, prefix) => {
    expect(upstreamBase(new URL(url))).toEqual({ origin, prefix });
  });

  it.each([
    'https://user:pw@api.alpaca.markets',
    'https://api.alpaca.markets?x=1',
    'https://api.alpaca.markets/#x',
    'ftp://x',
  ])('refuses %s', (url) => {
    expect(() => upstreamBase(new URL(url))).toThrow(TypeError);
  });
});

describe('buildUpstreamRequest()', () => {
  it('builds the whole request from parts that were judged', () => {
    expect(build({ query: '?status=open&symbols=BTC%2FUSD' })).toEqual({
      origin: 'https://paper-api.alpaca.markets',
      path: '/v2/account?status=open&symbols=BTC%2FUSD',
      method: 'GET',
      headers: {
        authorization: 'Bearer abc-123',
        accept: 'application/json, */*;q=0.5',
        'accept-encoding': 'identity',
        'user-agent': 'connect-with-alpaca',
        'x-request-id': 'r1',
      },
    });
  });

  it.each([
    '/v2/../v2/account',
    '/v2/.',
    '/..',
    '/v2/%2e%2E/x',
    '/v2\\account',
    '/v2/a\n',
    '/v2/a b',
    '/v2/a#b',
    '@evil',
    '',
  ])('builds nothing of %j, which a URL parser reads as another path', (path) => {
    expect(() => build({ path })).toThrow('A checked path resolved to another URL.');
  });

  it('builds the path that a URL parser finds in it, or nothing, whatever reaches it unchecked', () => {
    const pieces = [...'/./ .. . / // %2e %2E %2f \\ a Z_9 ~ - : @ ? # é \t \n'.split(' '), ' ', 'x.y', '.z'];
    let built = 0;
    const path = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => `/${parts.join('')}`);
    fc.assert(
      fc.property(path, (path) => {
        const { origin, path: target } = attempt(() => build({ path })) ?? {};
        if (origin === undefined || target === undefined) return;
        built += 1;
        const url = new URL(origin + target);
        expect([url.origin, url.pathname, url.search, url.hash]).toEqual([origin, path, '', '']);
      }),
      { numRuns: 20_000 },
    );
    expect(built).toBeGreaterThan(1_000);
  });

  it('puts the prefix of the upstream in front', () => {
    expect(build({ base: { origin: 'http://localhost:4010', prefix: '/paper' } }).path).toBe(
      '/paper/v2/account',
    );
  });

  it('describes a body by its length, however the client framed it', () => {
    for (const length of [0, 12]) {
      expect(build({ method: 'POST', length }).headers).toMatchObject({
        'content-type': 'application/json',
        'content-length': `${length}`,
      });
    }
    expect(build({ method: 'POST' }).headers).not.toHaveProperty('content-length');
  });

  it.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'gzip'],
    ['br;q=1.0, GZIP;q=0.8', 'gzip'],
    ['br, gzip;q=0', 'identity'],
    ['gzip;q=0.000', 'identity'],
    ['x-gzip', 'identity'],
    ['gzipped', 'identity'],
    ['br', 'identity'],
    ['', 'identity'],
  ])('turns Accept-Encoding %j into %s', (accepted, sent) => {
    expect(build({}, accepted).headers['accept-encoding']).toBe(sent);
  });

  it('asks for an event stream uncompressed', () => {
    expect(build({ events: true }, 'gzip').headers).toMatchObject({
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
    });
  });

  it.each(['/../oauth/token', '/v2/%2e%2e/x', '/a\\b', '/v2?x', '/v2#x', '@evil.com/'])(
    'stops at %s, should it ever get so far',
    (path) => {
      expect(() => build({ path })).toThrow();
    },
  );
});
