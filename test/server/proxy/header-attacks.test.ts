// An attacker adds headers that override the server's own, unlock something at Alpaca's front, or carry the session cookie
// and the visitor's address out. Since headers are built and not filtered, the upstream sees the same seven whatever was sent.
import { describe, expect, it } from 'vitest';
import { POOL_SIZE } from '../../../server/proxy/relay.ts';
import { connectionOf, Harness, ORIGIN, PAGE_LINES, statusOf, TOKEN } from './proxy-harness.ts';

const hostile = [
  'Authorization: Bearer attacker',
  'Proxy-Authorization: Bearer attacker',
  'APCA-API-KEY-ID: attacker',
  'APCA-API-SECRET-KEY: attacker',
  'Cookie: alpaca.sid=attacker',
  'Cookie: __Host-alpaca.sid=attacker; $Version=1',
  'Connection: authorization, x-request-id',
  'Connection: close, upgrade',
  'Connection: user-agent',
  'Proxy-Connection: keep-alive',
  'Keep-Alive: timeout=attacker',
  'Upgrade: h2c',
  'HTTP2-Settings: attacker',
  'TE: trailers',
  'Trailer: Authorization',
  'Forwarded: for=attacker;host=attacker',
  'X-Forwarded-For: attacker',
  'X-Forwarded-Host: attacker',
  'X-Forwarded-Proto: attacker',
  'X-Forwarded-Uri: /attacker',
  'X-Forwarded-Prefix: /attacker',
  'X_Forwarded_For: attacker',
  'X_Forwarded_User: attacker',
  'x-authorization: attacker',
  'Authorization_: attacker',
  'X-Original-URL: /v2/attacker',
  'X-Rewrite-URL: /v2/attacker',
  'X-HTTP-Method-Override: DELETE',
  'X-Real-IP: attacker',
  'X-Request-ID: attacker',
  'User-Agent: attacker',
  'Referer: https://shop.example/attacker',
  'Range: bytes=0-1',
  'If-None-Match: attacker',
  'Accept: text/attacker',
  'Accept-Language: attacker',
  'Accept-Encoding: attacker',
  'Accept-Charset: attacker',
  'Content-Type: text/attacker',
  'Max-Forwards: 0',
  'Via: attacker',
  '__proto__: attacker',
  'constructor: attacker',
  'X-Latin: \u00e9\u00ff',
];

function get(line: string): string {
  return `GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES.replace('Connection: close\r\n', '')}${line}\r\n\r\n`;
}

/** `raw()` reads until the end of the connection, so every request asks for one. */
function closing(line: string): string {
  return line.startsWith('Connection:') ? `${line}, close` : `${line}\r\nConnection: close`;
}

describe('the proxy against hostile headers', () => {
  it('lets none of them through', async () => {
    await using harness = await Harness.start();
    for (const line of hostile) await harness.raw(get(closing(line)));
    await harness.raw(get(closing(hostile.filter((line) => !line.startsWith('Connection:')).join('\r\n'))));
    expect(harness.hits).toHaveLength(hostile.length + 1);
    for (const { method, url, rawHeaders, headers } of harness.hits) {
      expect([method, url]).toEqual(['GET', '/v2/account']);
      expect(
        rawHeaders
          .filter((_, index) => index % 2 === 0)
          .map((name) => name.toLowerCase())
          .sort(),
      ).toEqual([
        'accept',
        'accept-encoding',
        'authorization',
        'connection',
        'host',
        'user-agent',
        'x-request-id',
      ]);
      expect(headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, connection: 'keep-alive' });
      expect(rawHeaders.join()).not.toContain('attacker');
    }
    process.stdout.write(`header attacks: ${hostile.length} headers, 0 passed on\n`);
  });

  it('judges by the first Host no more than by the last', async () => {
    await using harness = await Harness.start();
    await harness.raw(get('Host: evil.example\r\nConnection: close'));
    for (const { headers } of harness.hits) expect(headers.host).not.toContain('evil');
  });

  it.each([
    ['no X-Alpaca-Connect', `Origin: ${ORIGIN}\r\nSec-Fetch-Site: cross-site`],
    ['a simple cross-site GET', 'X-Alpaca-Connect: 1\r\nSec-Fetch-Site: cross-site'],
    ['a navigation', 'X-Alpaca-Connect: 1\r\nSec-Fetch-Site: none'],
    ['another origin', 'X-Alpaca-Connect: 1\r\nOrigin: https://evil.example'],
    ['a look-alike origin', `X-Alpaca-Connect: 1\r\nOrigin: ${ORIGIN}.evil.com`],
    ['the origin null', 'X-Alpaca-Connect: 1\r\nOrigin: null'],
    ['two origins', `X-Alpaca-Connect: 1\r\nOrigin: ${ORIGIN}\r\nOrigin: https://evil.example`],
    ['nothing at all', 'Accept: */*'],
  ])('refuses %s before the session is read', async (_, lines) => {
    const opened: unknown[] = [];
    await using harness = await Harness.start({
      sessions: { open: async (request) => void opened.push(request) },
    });
    const answer = await harness.raw(
      `GET /alpaca/paper/v2/account HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(403);
    expect(answer).not.toMatch(/access-control-allow-origin: (\*|null|.*evil)/i);
    expect([opened, harness.hits]).toEqual([[], []]);
  });
});

describe('the pool against headers that undici refuses', () => {
  // undici never gives back the pool slot of a request that its own validation rejects.
  it.each([
    'Expect: 100-continue',
    'Expect: x',
    'Keep-Alive: x',
    'Upgrade: h2c\r\nConnection: upgrade',
    'Connection: x',
  ])('still answers after more requests with %j than it has slots', async (line) => {
    await using harness = await Harness.start({ deadlines: { total: 2_000 } });
    await Promise.all(Array.from({ length: POOL_SIZE + 2 }, () => harness.raw(get(closing(line)))));
    expect(statusOf(await harness.raw(get('Connection: close')))).toBe(200);
  });

  it('still answers after more unusable tokens than it has slots, and sends none of them', async () => {
    let left = POOL_SIZE + 2;
    const bad = connectionOf('paper', { accessToken: 'a\r\nX-Evil: 1' });
    await using harness = await Harness.start({
      deadlines: { total: 2_000 },
      sessions: { open: async () => ({ connections: [left-- > 0 ? bad : connectionOf('paper')] }) },
    });
    for (let tried = 0; tried < POOL_SIZE + 2; tried += 1) {
      expect((await harness.fetch('/alpaca/paper/v2/account')).status).toBe(500);
    }
    expect(harness.hits).toEqual([]);
    expect((await harness.fetch('/alpaca/paper/v2/account')).status).toBe(200);
    expect(JSON.stringify(harness.log)).not.toContain('X-Evil');
  });
});
