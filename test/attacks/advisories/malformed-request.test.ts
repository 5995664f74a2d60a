import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openAttackStage, statusOf, victimLines } from '../attack-stage.ts';

const RUNS = 1_500;

const PATHS = (
  '/livez /nothing /alpaca/connect.js /alpaca/launch /alpaca/callback /alpaca/connections /alpaca/connections/paper ' +
  '/alpaca/attempts /alpaca/messages/de.json /alpaca/mailbox/x /% /%ff'
).split(' ');
const piece = fc.constantFrom(
  ...'http:// [ ] : :99999 % %zz %ff %00 %E0%A4%A \\ // @ x ; \u00e9 ? & = # + state= code= iss= error= __proto__'.split(
    ' ',
  ),
  ...'origin= mode=redirect return_to= environment=paper code_challenge='.split(' '),
);
const host = fc.constantFrom('', ' ', ...'x [ [::1] [x] x:99999 % %zz u@ \\ \u00e9'.split(' '));
const before = fc.oneof(
  fc.constant(''),
  host.map((name) => `http://${name}`),
  fc.array(piece, { maxLength: 2 }).map((pieces) => pieces.join('')),
);
const after = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const target = fc
  .tuple(before, fc.constantFrom(...PATHS), fc.constantFrom('', '?'), after)
  .map((parts) => parts.join(''));

const NAMES = (
  'Accept Accept-Encoding Authorization Content-Type Content-Encoding Cookie Forwarded Host If-Modified-Since Origin ' +
  'If-None-Match Range Referer Sec-Fetch-Site X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto ' +
  'X-Alpaca-Connect-Verifier Expect __proto__'
).split(' ');
const value = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 40,
  }),
  fc.constantFrom('', ',', ';', '=', '"', '%', '[', 'null', '*', 'gzip;q=', 'bytes=0-', 'W/"', 'a=%; b="'),
);
const header = fc.tuple(fc.constantFrom(...NAMES), value).map(([name, text]) => `${name}: ${text}\r\n`);

/*
 * A header or a callback address that a parser cannot read makes it throw in a place that nobody guards, and the process
 * ends or the request hangs for ever (Auth.js GHSA-xmf8-cvqr-rfgj, CVE-2022-31093). Whatever is sent, an answer below 500 comes.
 */
it(`malformed requests: ${RUNS} inputs, 0 upstream hits`, { timeout: 120_000 }, async () => {
  await using attack = await openAttackStage();
  const lines = victimLines(attack);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'),
      target,
      fc.array(header, { maxLength: 4 }),
      async (method, path, headers) => {
        const status = statusOf(
          await attack.raw(`${method} ${path} HTTP/1.1\r\n${lines}${headers.join('')}\r\n`),
        );
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
      },
    ),
    {
      numRuns: RUNS,
      examples: [
        ['GET', 'http://x:99999/alpaca/callback', []],
        ['GET', 'http://x:99999/alpaca/launch?mode=redirect', []],
        ['GET', 'http://[/alpaca/launch', []],
        ['GET', '/alpaca/connect.js#', []],
        ['GET', '/alpaca/callback#?state=', []],
        ['POST', '/alpaca/attempts#', []],
        ...['/livez', '/alpaca/connections', '/alpaca/launch'].map((path): [string, string, string[]] => [
          'GET',
          path,
          ['If-None-Match: *\r\n'],
        ]),
      ],
    },
  );
  expect(attack.hits()).toBe(0);
  expect(attack.stage.logged()).not.toContain('"level":"error"');
});
