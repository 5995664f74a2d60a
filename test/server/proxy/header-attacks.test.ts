// An attacker adds headers that override the server's own, unlock something at Alpaca's front, or carry the session cookie
// and the visitor's address out. Since headers are built and not filtered, the upstream sees the same seven whatever was
// sent, and one more only where Alpaca documents it for the operation.
import { describe, expect, it } from 'vitest';
import { POOL_SIZE } from '../../../server/proxy/relay.ts';
import { connectionOf, Harness, type Hit, ORIGIN, PAGE_LINES, statusOf, TOKEN } from './proxy-harness.ts';

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
  'Idempotency-Key: attacker',
  'Last-Event-ID: attacker',
  'Max-Forwards: 0',
  'Via: attacker',
  '__proto__: attacker',
  'constructor: attacker',
  'X-Latin: \u00e9\u00ff',
];

/** The headers of every request to Alpaca. */
const PLAIN = [
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'host',
  'user-agent',
  'x-request-id',
];

function namesOf({ rawHeaders }: Pick<Hit, 'rawHeaders'> = { rawHeaders: [] }): string[] {
  return rawHeaders
    .filter((_, index) => index % 2 === 0)
    .map((name) => name.toLowerCase())
    .sort();
}

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
      expect(namesOf({ rawHeaders })).toEqual(PLAIN);
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

const LOCATES = '/alpaca/paper/v1/locates';
const MINT = '/alpaca/paper/v2/tokenization/mint';
const CORPORATE_ACTIONS = '/alpaca/data/v1beta1/events/corporate-actions';
const documented = [
  ['Idempotency-Key', 'POST', LOCATES],
  ['Idempotency-Key', 'POST', MINT],
  ['Last-Event-ID', 'GET', CORPORATE_ACTIONS],
] as const;
const undocumented = [
  ['GET', '/alpaca/paper/v2/account'],
  ['POST', '/alpaca/paper/v2/orders'],
  ['DELETE', '/alpaca/paper/v2/orders'],
  ['GET', LOCATES],
  ['GET', '/alpaca/paper/v2beta1/events/activities'],
  ['GET', '/alpaca/data/v2/stocks/bars'],
] as const;
const oddValues = ['', ' ', 'a b', 'a\tb', 'a, b', 'a\u00e9', 'a'.repeat(129), '\u00a0'];
const open = { allow: ['POST /v1/locates', 'POST /v2/tokenization/mint'] };

/** What a page's script sends, with these lines. */
function send(method: string, path: string, lines: string): string {
  const body = method === 'POST' ? 'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}' : '\r\n';
  return `${method} ${path} HTTP/1.1\r\n${PAGE_LINES}${lines}${body}`;
}

describe('the headers that Alpaca documents for single operations', () => {
  it.each(documented)('pass, and nothing else does: %s on %s %s', async (name, method, path) => {
    await using harness = await Harness.start(open);
    const more = hostile.filter((line) => !/^(?:Connection|Content-Type|Idempotency|Last-Event)/.test(line));
    await harness.raw(send(method, path, `${name}: 01J9RPMV5TKB8WX3M4F1KZ7QH2\r\n${more.join('\r\n')}\r\n`));
    const [hit, ...others] = harness.hits;
    expect(others).toEqual([]);
    expect(namesOf(hit)).toEqual(
      [...PLAIN, name.toLowerCase(), ...(method === 'POST' ? ['content-length', 'content-type'] : [])].sort(),
    );
    expect(hit?.headers[name.toLowerCase()]).toBe('01J9RPMV5TKB8WX3M4F1KZ7QH2');
    expect(hit?.rawHeaders.join()).not.toContain('attacker');
  });

  it.each(undocumented)('do not pass on %s %s', async (method, path) => {
    await using harness = await Harness.start(open);
    await harness.raw(send(method, path, 'Idempotency-Key: a\r\nLast-Event-ID: b\r\n'));
    const [hit, ...others] = harness.hits;
    expect(others).toEqual([]);
    expect(namesOf(hit)).toEqual(
      [...PLAIN, ...(method === 'POST' ? ['content-length', 'content-type'] : [])].sort(),
    );
  });

  it.each(documented)(
    'are refused with another value than one word: %s on %s %s',
    async (name, method, path) => {
      await using harness = await Harness.start(open);
      for (const lines of [...oddValues.map((value) => `${name}: ${value}`), `${name}: a\r\n${name}: b`]) {
        const answer = await harness.raw(send(method, path, `${lines}\r\n`));
        expect(statusOf(answer), JSON.stringify(lines)).toBe(400);
        expect(answer).toContain(
          `"code":"bad_request","message":"Nothing was sent to Alpaca. Send ${name} once`,
        );
      }
      expect(harness.hits).toEqual([]);
    },
  );

  it.each(['Idempotency-Key', 'Last-Event-ID'])('may be sent by pages of other origins: %s', async (name) => {
    await using harness = await Harness.start();
    const preflight = await harness.fetch('/alpaca/paper/v1/locates', {
      method: 'OPTIONS',
      headers: {
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': name.toLowerCase(),
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')?.split(', ')).toContain(name.toLowerCase());
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
