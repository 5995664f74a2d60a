import { expect, it } from 'vitest';
import { openAttackStage, statusOf } from './attack-stage.ts';

/** Every route that a page's script calls, with what somebody else would love to make it do. */
const ROUTES = [
  'GET /alpaca/connections',
  'POST /alpaca/connections',
  'DELETE /alpaca/connections/paper',
  'POST /alpaca/attempts',
  'GET /alpaca/mailbox/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'POST /alpaca/mailbox/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'GET /alpaca/paper/v2/account',
  'GET /alpaca/paper/stream',
  'POST /alpaca/paper/v2/orders',
  'DELETE /alpaca/paper/v2/orders',
  'PATCH /alpaca/paper/v2/account/configurations',
  'GET /alpaca/data/v2/stocks/AAPL/bars',
];

const MARK = 'X-Alpaca-Connect: 1';
const CROSS = 'Sec-Fetch-Site: cross-site';
const EVIL = 'Origin: https://evil.example';

/** What browsers send for pages of other sites. Where the header is set, a preflight was already refused or forged. */
const REQUESTS: readonly (readonly [what: string, lines: (own: string) => readonly string[]])[] = [
  ['an image', () => [CROSS, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image']],
  ['a script', () => [CROSS, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: script']],
  ['a frame', () => [CROSS, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe']],
  ['a link', () => [CROSS, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-User: ?1']],
  ['a prefetch', () => [CROSS, 'Sec-Purpose: prefetch']],
  ['an event source', () => [CROSS, EVIL, 'Accept: text/event-stream']],
  ['a form', () => [CROSS, EVIL, 'Content-Type: application/x-www-form-urlencoded']],
  ['a form of JSON as plain text', () => [CROSS, EVIL, 'Content-Type: text/plain']],
  ['a form of JSON as multipart', () => [CROSS, EVIL, 'Content-Type: multipart/form-data; boundary=x']],
  ['a beacon', () => [CROSS, EVIL, 'Sec-Fetch-Mode: no-cors', 'Content-Type: text/plain;charset=UTF-8']],
  [
    'a form of the server’s own site, without the header',
    (own) => ['Sec-Fetch-Site: same-site', `Origin: ${own}`],
  ],
  [
    'a form of the server’s own origin, without the header',
    (own) => ['Sec-Fetch-Site: same-origin', `Origin: ${own}`],
  ],
  ['an old browser that sends nothing', () => []],
  ['an old browser with a referrer of ours', (own) => [`Referer: ${own}/`]],
  ['the header without an origin', () => [MARK]],
  ['the header without an origin, cross-site', () => [MARK, CROSS]],
  ['the header without an origin, same-site', () => [MARK, 'Sec-Fetch-Site: same-site']],
  ['the header typed into the address bar', (own) => [MARK, 'Sec-Fetch-Site: none', `Origin: ${own}`]],
  ['another origin', () => [MARK, CROSS, EVIL]],
  ['another origin that claims to be same-origin', () => [MARK, 'Sec-Fetch-Site: same-origin', EVIL]],
  ['another origin that claims nothing', () => [MARK, EVIL]],
  ['a sandboxed frame', () => [MARK, CROSS, 'Origin: null']],
  ['a subdomain', (own) => [MARK, 'Sec-Fetch-Site: same-site', `Origin: ${own.replace('//', '//sub.')}`]],
  ['a look-alike suffix', (own) => [MARK, CROSS, `Origin: ${own}.evil.example`]],
  ['a look-alike user name', (own) => [MARK, CROSS, `Origin: ${own}@evil.example`]],
  ['another port', (own) => [MARK, 'Sec-Fetch-Site: same-site', `Origin: ${own}0`]],
  ['another scheme', (own) => [MARK, CROSS, `Origin: ${own.replace('http:', 'https:')}`]],
  ['a trailing slash', (own) => [MARK, CROSS, `Origin: ${own}/`]],
  ['two origins', (own) => [MARK, CROSS, `Origin: ${own}`, EVIL]],
  ['two origins in one line', (own) => [MARK, CROSS, `Origin: ${own}, https://evil.example`]],
  ['an empty header', (own) => ['X-Alpaca-Connect:', 'Sec-Fetch-Site: same-origin', `Origin: ${own}`]],
  ['another value of the header', (own) => ['X-Alpaca-Connect: 0', `Origin: ${own}`]],
  ['the header twice', (own) => [MARK, MARK, `Origin: ${own}`]],
  ['the header with an underscore', (own) => ['X_Alpaca_Connect: 1', `Origin: ${own}`]],
  ['a preflight', () => [EVIL, 'Access-Control-Request-Method: POST']],
];

/*
 * A page that the visitor has open elsewhere makes their browser send requests with the session cookie: forms, images,
 * `no-cors` fetches. None of these can set our header, and no origin off the list gets past the guard (CSRF).
 */
it(`cross-site requests: ${ROUTES.length * REQUESTS.length} inputs, 0 upstream hits`, {
  timeout: 120_000,
}, async () => {
  await using attack = await openAttackStage();
  const { stage, cookie, victim } = attack;
  const body = '{"symbol":"AAPL","qty":"1","side":"buy","type":"market","time_in_force":"day"}';
  for (const route of ROUTES) {
    for (const [what, lines] of REQUESTS) {
      const line = what === 'a preflight' ? route.replace(/^\w+/, 'OPTIONS') : route;
      const framing = line.startsWith('P') ? [`Content-Length: ${body.length}`] : [];
      const head = [
        `${line} HTTP/1.1`,
        `Host: ${new URL(stage.url).host}`,
        'Connection: close',
        `Cookie: ${cookie}`,
        ...framing,
        ...lines(stage.url),
      ];
      const answer = await attack.raw(`${head.join('\r\n')}\r\n\r\n${framing.length > 0 ? body : ''}`);
      expect(`${what}: ${line} ${statusOf(answer)}`).toMatch(/ 403$/);
      expect(answer).not.toMatch(/^access-control-allow-origin: (?:\*|null|.*evil)/im);
      expect(answer).not.toMatch(/^set-cookie:/im);
    }
  }
  expect(attack.hits()).toBe(0);
  expect((await victim.call('/paper/v2/account')).status).toBe(200);
});
