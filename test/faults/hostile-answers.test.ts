// Whoever answers in Alpaca's place uses every freedom of HTTP to confuse the proxy or the page's browser. What reaches the
// page is one well-formed answer with our headers only, and the connection serves the next request as if nothing had been.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Harness, PAGE_LINES, statusOf } from '../server/proxy/proxy-harness.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const EVIL =
  'Set-Cookie: evil=1\r\nLocation: https://evil.example/\r\nClear-Site-Data: "*"\r\nRefresh: 0;url=//evil.example\r\n';
/** Refused, or cut off: perhaps before a byte of it went to the page. */
const CUT = [0, 200, 502];
const BODY = 'Content-Length: 2\r\n\r\n{}';

const ANSWERS: readonly (readonly [what: string, bytes: string, statuses: readonly number[]])[] = [
  ['headers that browsers obey', `${OK}${EVIL}${BODY}`, [200]],
  ['a 204 with a length', `HTTP/1.1 204 No Content\r\n${EVIL}${BODY}`, [0]],
  ['a 204 with an empty length', `HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n`, [204]],
  ['a 205 with a body', `HTTP/1.1 205 Reset\r\n${BODY}`, [205, 502]],
  ['a 304 with a length', `HTTP/1.1 304 Not Modified\r\n${EVIL}${BODY}`, [502]],
  [
    'a 407 that asks for a password',
    `HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm="evil"\r\n${BODY}`,
    [407],
  ],
  [
    'a 401 that asks for a password',
    `HTTP/1.1 401 X\r\nWWW-Authenticate: Basic realm="evil"\r\n${BODY}`,
    [502],
  ],
  [
    'a thousand early hints',
    `${'HTTP/1.1 103 Early\r\nLink: </evil>\r\n\r\n'.repeat(1_000)}${OK}${BODY}`,
    [200],
  ],
  ['a thousand continues', `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000)}${OK}${BODY}`, [200, 502]],
  [
    'an upgrade nobody asked for',
    `HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n${OK}${BODY}`,
    [502],
  ],
  ['a folded header', `${OK}X-Request-ID: a\r\n evil\r\n${BODY}`, [200, 502]],
  ['a header without a colon', `${OK}evil\r\n${BODY}`, [502]],
  ['a space before the colon', `${OK}X-Request-ID : evil\r\n${BODY}`, [502]],
  ['an empty header name', `${OK}: evil\r\n${BODY}`, [502]],
  ['a carriage return in a value', `${OK}X-Request-ID: a\rSet-Cookie: evil=1\r\n${BODY}`, [502]],
  ['lines that end in LF', `${OK}X-Request-ID: a\n${EVIL}${BODY}`.replaceAll('\r\n', '\n'), [200, 502]],
  ['a content type that ends its line', `${OK}Content-Type: text/html\u0000evil\r\n${BODY}`, [200, 502]],
  ['two content types', `${OK}Content-Type: application/json\r\nContent-Type: text/evil\r\n${BODY}`, [200]],
  ['a negative length', `${OK}Content-Length: -2\r\n\r\n{}`, [502]],
  ['a length with a sign', `${OK}Content-Length: +2\r\n\r\n{}`, [502]],
  ['a length that overflows', `${OK}Content-Length: ${'9'.repeat(40)}\r\n\r\n{}`, [502]],
  ['a list of lengths', `${OK}Content-Length: 2, 2\r\n\r\n{}`, [502]],
  ['chunks of another coding', `${OK}Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`, CUT],
  [
    'a chunk size in hexadecimal notation',
    `${OK}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n`,
    CUT,
  ],
  ['a chunk size that overflows', `${OK}Transfer-Encoding: chunked\r\n\r\n${'f'.repeat(20)}\r\n{}`, CUT],
  [
    'a chunk extension of 64 KiB',
    `${OK}Transfer-Encoding: chunked\r\n\r\n2;${'e'.repeat(65_536)}\r\n{}\r\n0\r\n\r\n`,
    CUT,
  ],
  [
    'trailers',
    `${OK}Transfer-Encoding: chunked\r\nTrailer: Set-Cookie\r\n\r\n2\r\n{}\r\n0\r\n${EVIL}\r\n`,
    [200],
  ],
  ['another version of HTTP', `HTTP/9.9 200 OK\r\n${BODY}`, [502]],
  ['a reason of markup', `HTTP/1.1 200 <script>evil</script>\r\n${BODY}`, [200]],
  ['a hundred thousand header lines', `${OK}${'A: b\r\n'.repeat(100_000)}${BODY}`, [502]],
  ['one header again and again', `${OK}${'X-Request-ID: evil\r\n'.repeat(100)}${BODY}`, [200]],
  ['names of a prototype', `${OK}__proto__: evil\r\nconstructor: evil\r\n${BODY}`, [200]],
  ['nothing', '', [502]],
];

describe('an answer in Alpaca’s place', () => {
  it(`${ANSWERS.length} hostile ones, to GET and HEAD: none gets through, and every slot is given back`, {
    timeout: 120_000,
  }, async () => {
    let planned = '';
    await using harness = await Harness.start({
      deadlines: { headers: 1_000, bodyIdle: 300, total: 3_000 },
      rawUpstream: (socket) => socket.on('data', () => socket.end(planned, 'latin1')),
    });
    for (const method of ['GET', 'HEAD']) {
      const request = `${method} /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}\r\n`;
      for (const [what, bytes, statuses] of ANSWERS) {
        planned = bytes;
        const answer = await harness.raw(request);
        // To a HEAD, what goes wrong in a body does not.
        const expected = method === 'HEAD' ? [...statuses, 200, 204, 502] : statuses;
        expect(expected, `${method} ${what}`).toContain(statusOf(answer));
        expect(answer.match(/^HTTP\/1\.1 /gm)?.length ?? 0, `${method} ${what}`).toBe(answer === '' ? 0 : 1);
        expect(answer, `${method} ${what}`).not.toMatch(/evil/i);
        if (/^HTTP\/1\.1 204/.test(answer)) expect(answer).not.toMatch(/^content-length:/im);
      }
    }
    planned = `${OK}${BODY}`;
    const good = `GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}\r\n`;
    const answers = await Promise.all(Array.from({ length: 90 }, () => harness.raw(good)));
    expect(new Set(answers.map(statusOf))).toEqual(new Set([200]));
  });
});

describe('a compressed answer', () => {
  it('of a few bytes that would unpack to 64 MiB stays those few bytes', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('latin1');
    await using harness = await Harness.start({
      rawUpstream: (socket) =>
        socket.on('data', () =>
          socket.end(
            `${OK}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n${bomb}`,
            'latin1',
          ),
        ),
    });
    const lines = `${PAGE_LINES}Accept-Encoding: gzip\r\n`;
    const answer = await harness.raw(`GET /alpaca/paper/v2/account HTTP/1.1\r\n${lines}\r\n`);
    expect(answer.endsWith(bomb)).toBe(true);
    expect(answer.length).toBeLessThan(bomb.length + 2_000);
  });
});

describe('an answer that never ends', () => {
  it.each([
    ['one byte at a time', 'Content-Length: 99999999999', 'x'],
    ['as fast as it can', 'Content-Length: 99999999999', 'x'.repeat(65_536)],
    ['as chunk extensions', 'Transfer-Encoding: chunked', '1;e=e\r\nx\r\n'],
  ])('is cut at the total deadline when it comes %s', async (_, framing, piece) => {
    await using harness = await Harness.start({
      deadlines: { total: 400 },
      rawUpstream: (socket) => {
        let pour: NodeJS.Timeout;
        socket.on('end', () => socket.destroy()).on('close', () => clearInterval(pour));
        socket.once('data', () => {
          socket.write(`${OK}${framing}\r\n\r\n`);
          pour = setInterval(() => socket.write(piece), 5);
        });
      },
    });
    const answer = await harness.raw(`GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}\r\n`);
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toContain('\r\n0\r\n\r\n');
    while (harness.upstreamSockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(harness.log).toMatchObject([{ ending: 'truncated' }]);
  });
});
