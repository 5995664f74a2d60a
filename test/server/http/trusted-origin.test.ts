// A page that the site owner never listed sends requests from a visitor's browser and hopes that the session cookie goes
// along. The guard wants the static header, an honest Sec-Fetch-Site, and an Origin that is on the list byte for byte.

import type { IncomingHttpHeaders } from 'node:http';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createOriginGuard } from '../../../server/http/origin.ts';

const own = 'https://connect.example';
const shop = 'https://shop.example';
const guard = createOriginGuard({ publicOrigin: own, embedOrigins: [shop, 'http://localhost:3001'] });

function request(headers: IncomingHttpHeaders, method = 'GET'): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.method = method;
  Object.assign(message.headers, headers);
  return message;
}

function check(headers: IncomingHttpHeaders): unknown {
  try {
    return guard.check(request({ 'x-alpaca-connect': '1', ...headers }));
  } catch (error) {
    return error;
  }
}

const notAllowed = { status: 403, code: 'origin_not_allowed' };
const notOurs = [
  'null',
  '',
  'https://evil.example',
  'https://shop.example.evil.com',
  'https://evil-shop.example',
  'https://shop.example@evil.com',
  'https://shop.example:443',
  'https://shop.example/',
  'https://SHOP.example',
  'http://shop.example',
  'https://sub.shop.example',
  'http://localhost:3002',
  'https://shop.example, https://shop.example',
  '__proto__',
  '*',
];

describe('createOriginGuard()', () => {
  it.each(['*', 'null', 'https://shop.example/', 'https://Shop.example', 'shop.example', 'file:///x', ''])(
    'refuses %j as a configured origin',
    (origin) => {
      expect(() => createOriginGuard({ publicOrigin: own, embedOrigins: [origin] })).toThrow(TypeError);
      expect(() => createOriginGuard({ publicOrigin: origin, embedOrigins: [] })).toThrow(
        /scheme, host and port/,
      );
    },
  );
});

describe('check()', () => {
  it.each([undefined, '', '0', 'true', '1, 1'])('refuses the header X-Alpaca-Connect %j', (value) => {
    expect(check({ 'x-alpaca-connect': value, 'sec-fetch-site': 'same-origin' })).toMatchObject({
      status: 403,
      code: 'header_missing',
    });
  });

  it('passes same-origin with and without an Origin', () => {
    expect(check({ 'sec-fetch-site': 'same-origin' })).toEqual({ origin: own, crossSite: false });
    expect(check({ 'sec-fetch-site': 'same-origin', origin: own })).toEqual({
      origin: own,
      crossSite: false,
    });
  });

  it('passes an allow-listed origin and says whether it is another site', () => {
    expect(check({ 'sec-fetch-site': 'same-site', origin: shop })).toEqual({
      origin: shop,
      crossSite: false,
    });
    expect(check({ 'sec-fetch-site': 'cross-site', origin: shop })).toEqual({
      origin: shop,
      crossSite: true,
    });
  });

  it('judges by Origin alone where the browser sends no Sec-Fetch-Site', () => {
    expect(check({ origin: shop })).toEqual({ origin: shop, crossSite: true });
    expect(check({ origin: own })).toEqual({ origin: own, crossSite: false });
    expect(check({})).toMatchObject(notAllowed);
  });

  it.each(['same-site', 'cross-site'])('refuses %s without an Origin', (site) => {
    expect(check({ 'sec-fetch-site': site })).toMatchObject(notAllowed);
  });

  it.each(['none', '', 'SAME-ORIGIN', 'same-origin, same-origin', 'other'])(
    'refuses Sec-Fetch-Site %j even from an allowed origin',
    (site) => {
      expect(check({ 'sec-fetch-site': site, origin: shop })).toMatchObject(notAllowed);
    },
  );

  it.each(notOurs)('refuses Origin %j whatever Sec-Fetch-Site says', (origin) => {
    for (const site of ['same-origin', 'same-site', 'cross-site', undefined]) {
      expect(check({ origin, 'sec-fetch-site': site })).toMatchObject(notAllowed);
    }
  });

  it('ignores Referer and forwarding headers', () => {
    expect(
      check({ referer: `${own}/`, 'x-forwarded-host': 'connect.example', host: 'connect.example' }),
    ).toMatchObject(notAllowed);
  });
});

describe('allows()', () => {
  it('knows the own and the listed origins and no other', () => {
    expect([own, shop, 'http://localhost:3001'].map(guard.allows)).toEqual([true, true, true]);
    expect(notOurs.filter(guard.allows)).toEqual([]);
  });
});

describe('corsHeaders()', () => {
  it('names the exact origin, credentials and the exposed headers for an allowed origin', () => {
    expect(guard.corsHeaders(request({ origin: shop }))).toEqual({
      'Access-Control-Allow-Origin': shop,
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Expose-Headers':
        'X-Request-ID, X-Upstream-Request-ID, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After',
      Vary: 'Origin, Sec-Fetch-Site',
    });
  });

  it.each([undefined, ...notOurs])('gives Origin %j nothing but Vary', (origin) => {
    expect(guard.corsHeaders(request({ origin }))).toEqual({ Vary: 'Origin, Sec-Fetch-Site' });
  });
});

describe('preflight()', () => {
  it('leaves alone what is not a preflight', () => {
    const asked = { origin: shop, 'access-control-request-method': 'GET' };
    for (const other of [request(asked, 'GET'), request({ origin: shop }, 'OPTIONS')]) {
      expect(guard.preflight(other, new ServerResponse(other))).toBe(false);
    }
  });

  it('answers 204 to an allowed origin and 403 to another, over a real socket', async () => {
    const server = createServer((incoming, response) => {
      if (!guard.preflight(incoming, response)) response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const ask = (origin: string): Promise<Response> =>
      fetch(url, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'PATCH' },
      });
    try {
      const allowed = await ask(shop);
      expect(allowed.status).toBe(204);
      expect(allowed.headers.get('access-control-allow-origin')).toBe(shop);
      expect(allowed.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, PATCH, DELETE');
      expect(allowed.headers.get('access-control-allow-headers')).toBe(
        'content-type, last-event-id, x-alpaca-connect, x-alpaca-connection, x-alpaca-connect-verifier, idempotency-key',
      );
      expect(allowed.headers.get('access-control-max-age')).toBe('600');
      const refused = await ask('https://evil.example');
      expect(refused.status).toBe(403);
      expect([...refused.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(refused.headers.get('vary')).toBe('Origin, Sec-Fetch-Site');
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
