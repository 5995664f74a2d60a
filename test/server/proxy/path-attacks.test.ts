// An attacker writes a request-target that the allow-list reads as harmless and the HTTP client resolves to another host, or
// to a resource outside the API, and so makes the server send a visitor's token there. No spelling may reach the upstream.
import { describe, expect, it } from 'vitest';
import { hostilePaths, hostileQueries } from '../http/hostile-targets.ts';
import { Harness, PAGE_LINES, statusOf } from './proxy-harness.ts';

const METHODS = ['GET', 'POST', 'DELETE'];

/** Not for the proxy, or without an operation: whichever it is, it must not arrive. */
const elsewhere = [
  'http://evil.com/alpaca/paper/v2/account',
  'http://user:pw@evil.com/alpaca/paper/v2',
  'http://169.254.169.254/alpaca/paper/v2/account',
  'http://[::ffff:127.0.0.1]/alpaca/paper/v2/account',
  'https:evil.com',
  '//evil.com/alpaca/paper/v2/account',
  '//alpaca/paper/v2/account',
  '/alpaca//paper/v2/account',
  '/\\alpaca/paper/v2/account',
  '/alpaca/../alpaca/paper/v2/account',
  '/alpaca/%70aper/v2/account',
  '/alpaca/__proto__/v2/account',
  '/alpaca/constructor/v2/account',
  '/alpaca/toString/v2/account',
  '/ALPACA/paper/v2/account',
  '/alpaca/PAPER/v2/account',
  '/alpaca/paper/V2/account',
  '/alpaca/paper/v2/__proto__',
  '/alpaca/paper/v2/constructor',
  '/alpaca/paper/@evil.com/',
  '/alpaca/paper/@evil.com',
  '/alpaca/paper/:80/v2/account',
  '/alpaca/paper/https:/evil.com',
  '/alpaca/paper/.../v2/account',
  '/alpaca/paper/oauth/token',
  '/alpaca/data/v2/account',
  '/alpaca/paper/v2/orders/../account',
  '/alpaca/%zz/v2',
  '*',
  'alpaca/paper/v2/account',
  '?x=/alpaca/paper/v2/account',
  `/alpaca/paper/${'a'.repeat(20_000)}`,
  '/alpaca/paper/v2/account\u00e9',
  '/alpaca/paper/v2/account\tx',
  '/alpaca/paper/v2/account x',
  ' /alpaca/paper/v2/account/',
];

const queries = hostileQueries.map((query) => `/alpaca/paper/v2/account${query}`);

describe('the proxy against hostile request-targets', () => {
  it('sends none of them upstream, over a raw socket and with every kind of method', async () => {
    await using harness = await Harness.start();
    const targets = [...hostilePaths('/alpaca'), ...queries, ...elsewhere];
    let tried = 0;
    for (const target of targets) {
      for (const method of METHODS) {
        const answer = await harness.raw(`${method} ${target} HTTP/1.1\r\n${PAGE_LINES}\r\n`);
        tried += 1;
        expect([400, 404, 431], `${method} ${target}`).toContain(statusOf(answer));
      }
    }
    expect(harness.hits).toEqual([]);
    expect(harness.connectionsToUpstream).toBe(0);
    process.stdout.write(`path attacks: ${tried} requests, ${harness.hits.length} upstream hits\n`);
  });

  it('still passes the same request when it is written as it should be', async () => {
    await using harness = await Harness.start();
    const answer = await harness.raw(`GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}\r\n`);
    expect([statusOf(answer), harness.hits.length]).toEqual([200, 1]);
  });

  it.each(['TRACE', 'TRACK', 'PROPFIND', 'QUERY', 'OPTIONS', 'CONNECT', 'get', 'PURGE', 'M-SEARCH', 'LINK'])(
    'sends no %s upstream, nor what a method-override header asks for',
    async (method) => {
      await using harness = await Harness.start();
      const lines = `${PAGE_LINES}X-HTTP-Method-Override: GET\r\n\r\n`;
      const answer = await harness.raw(`${method} /alpaca/paper/v2/account HTTP/1.1\r\n${lines}`);
      expect([0, 400, 405]).toContain(statusOf(answer));
      expect(harness.hits).toEqual([]);
    },
  );
});
