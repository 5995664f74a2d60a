// An attacker frames a body so that this server and Alpaca's front disagree on where it ends, and hides a second request in
// the rest, which then runs with somebody else's token (CVE-2026-29057 did it with a chunked DELETE). Whatever is not
// plainly framed is refused before a byte goes upstream, and a body that breaks off never completes a request there.
import { describe, expect, it } from 'vitest';
import { Harness, PAGE, PAGE_LINES, statusOf } from './proxy-harness.ts';

const secret = `GET /alpaca/paper/v2/positions HTTP/1.1\r\n${PAGE_LINES}\r\n`;
const asChunk = `${secret.length.toString(16)}\r\n${secret}\r\n0\r\n\r\n`;
const keepAlive = `Host: x\r\n${Object.entries(PAGE)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')}Content-Type: application/json\r\n`;

function request(method: string, lines: string, body: string): string {
  const path = method === 'GET' || method === 'HEAD' ? '/alpaca/paper/v2/account' : '/alpaca/paper/v2/orders';
  return `${method} ${path} HTTP/1.1\r\n${keepAlive}${lines}\r\n\r\n${body}`;
}

const chunked = 'Transfer-Encoding: chunked';
const transferCodings = [
  'xchunked',
  'Chunked',
  'chunked, identity',
  'identity, chunked',
  'chunked, chunked',
  'gzip, chunked',
  'identity',
  '\u000bchunked',
  'chunked\r\nTransfer-Encoding: identity',
  'chunked\r\nTransfer-Encoding: chunked',
  '\r\n chunked',
];
const lengths = [
  '+5',
  '5,5',
  '5, 5',
  '0x5',
  '-1',
  '5 5',
  '',
  '5\r\nContent-Length: 6',
  '5\r\nContent-Length: 5',
  '9'.repeat(30),
];

const attacks: readonly [name: string, bytes: string][] = [
  ...['GET', 'HEAD', 'DELETE', 'OPTIONS'].map((method): [string, string] => [
    `a chunked ${method}`,
    request(method, chunked, asChunk),
  ]),
  ...['GET', 'HEAD'].map((method): [string, string] => [
    `a ${method} with a body`,
    request(method, `Content-Length: ${secret.length}`, secret),
  ]),
  ...['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method): [string, string][] => [
    [`a ${method} with both framings`, request(method, `${chunked}\r\nContent-Length: 6`, asChunk)],
    [
      `a ${method} with both framings the other way`,
      request(method, `Content-Length: 6\r\n${chunked}`, asChunk),
    ],
    ...transferCodings.map((coding): [string, string] => [
      `a ${method} with Transfer-Encoding ${JSON.stringify(coding)}`,
      request(method, `Transfer-Encoding: ${coding}`, asChunk),
    ]),
    ...lengths.map((length): [string, string] => [
      `a ${method} with Content-Length ${JSON.stringify(length)}`,
      request(method, `Content-Length: ${length}`, `12345${secret}`),
    ]),
    [`a ${method} with a space before the colon`, request(method, 'Content-Length : 5', `12345${secret}`)],
    [`a ${method} with an empty header name`, request(method, ': x\r\nContent-Length: 5', `12345${secret}`)],
    [
      `a ${method} with a null byte in a header`,
      request(method, 'X: a\u0000b\r\nContent-Length: 5', `12345${secret}`),
    ],
    [
      `a ${method} as a form`,
      request(method, 'Content-Length: 5', '12345').replace('application/json', 'text/plain'),
    ],
    [
      `a ${method} in compressed form`,
      request(method, 'Content-Encoding: gzip\r\nContent-Length: 5', '12345'),
    ],
  ]),
  ['lines that end in LF only', request('POST', 'Content-Length: 5', '12345').replaceAll('\r\n', '\n')],
  ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP/0.9', 'GET /alpaca/paper/v2/account\r\n\r\n'],
  ['16 KiB of header', request('GET', `X-Long: ${'x'.repeat(16_384)}`, '')],
];

const broken: readonly [name: string, body: string][] = [
  ['a chunk size in hexadecimal notation', `0x5\r\n12345\r\n0\r\n\r\n${secret}`],
  ['a negative chunk size', `-1\r\n12345\r\n0\r\n\r\n${secret}`],
  ['a chunk size that overflows', `ffffffffffffffffff\r\n12345\r\n0\r\n\r\n${secret}`],
  ['a chunk that is longer than it says', `2\r\n12345\r\n0\r\n\r\n${secret}`],
  ['no last chunk', '5\r\n12345\r\n'],
  ['half a chunk', '5\r\n12'],
];

describe('the proxy against hostile framing', () => {
  it('sends none of it upstream', async () => {
    await using harness = await Harness.start();
    for (const [name, bytes] of attacks) {
      const answer = await harness.raw(bytes, { halfClose: true });
      // 404 is this harness's answer to what the proxy leaves alone, which is a request line that is not HTTP/1.
      expect([0, 400, 403, 404, 405, 413, 415, 431], name).toContain(statusOf(answer));
      expect(harness.hits, name).toEqual([]);
    }
    process.stdout.write(
      `framing attacks: ${attacks.length} requests, ${harness.hits.length} upstream hits\n`,
    );
  });

  it.each(broken)('completes no request upstream for %s', async (_, body) => {
    await using harness = await Harness.start();
    await harness.raw(request('POST', chunked, body), { halfClose: true });
    expect(harness.hits.map(({ url }) => url).filter((url) => url !== '/v2/orders')).toEqual([]);
    expect(await Promise.all(harness.hits.map((hit) => hit.body))).toEqual(harness.hits.map(() => 'cut'));
  });

  it.each([
    ['too long', 'Content-Length: 99999999'],
    ['of unknown framing', 'Transfer-Encoding: xchunked'],
  ])('hangs up after refusing a body %s, instead of waiting for the rest of it', async (_, framing) => {
    await using harness = await Harness.start();
    const answer = await harness.raw(request('POST', framing, secret));
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d .*\r\nConnection: close\r\n/s);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(harness.hits).toEqual([]);
  });

  it('drops trailers and chunk extensions', async () => {
    await using harness = await Harness.start();
    const body = '2;x="y"\r\n{}\r\n0\r\nAuthorization: Bearer attacker\r\nX-Evil: 1\r\n\r\n';
    const answer = await harness.raw(
      request('POST', `${chunked}\r\nTrailer: Authorization\r\nConnection: close`, body),
    );
    expect(statusOf(answer)).toBe(200);
    expect(await harness.hits[0]?.body).toBe('{}');
    expect(JSON.stringify(harness.hits)).not.toMatch(/attacker|evil|trailer/i);
  });

  it('answers pipelined requests one by one and in order', async () => {
    await using harness = await Harness.start({
      upstream: (request, response) => response.writeHead(200).end(request.url),
    });
    const second = `GET /alpaca/paper/v2/clock HTTP/1.1\r\n${PAGE_LINES}\r\n`;
    const answer = await harness.raw(`${request('GET', 'X: 1', '')}${second}`);
    expect(answer.indexOf('/v2/account')).toBeGreaterThan(0);
    expect(answer.indexOf('/v2/clock')).toBeGreaterThan(answer.indexOf('/v2/account'));
  });
});
