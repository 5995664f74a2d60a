// Whoever answers in Alpaca's place (a hijacked host, a broken gateway) tries to redirect the token, to plant a cookie on the
// integrator's site, or to pass half a body off as whole. Nothing of it may reach the page as a good answer.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Harness, PAGE_LINES, statusOf } from './proxy-harness.ts';

const GET = `GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}\r\n`;
const POST = `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;

/** An upstream that answers each request with these bytes and, if told to, hangs up. */
function says(bytes: string, hangUp = true): (socket: Socket) => void {
  return (socket) => {
    socket.once('data', () => (hangUp ? socket.end(bytes, 'latin1') : socket.write(bytes, 'latin1')));
  };
}

async function answerTo(request: string, rawUpstream: (socket: Socket) => void): Promise<string> {
  await using harness = await Harness.start({
    rawUpstream,
    deadlines: { headers: 300, bodyIdle: 300, total: 3000 },
  });
  return await harness.raw(request);
}

describe('an answer that must not be relayed', () => {
  it.each([
    ['a redirect', 'HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n'],
    [
      'a relative redirect',
      'HTTP/1.1 307 Temporary Redirect\r\nLocation: /oauth\r\nContent-Length: 0\r\n\r\n',
    ],
    ['a 304 that nobody asked for', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
    ['status 999', 'HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n'],
    ['status 600', 'HTTP/1.1 600 What\r\nContent-Length: 0\r\n\r\n'],
    ['status 099', 'HTTP/1.1 099 What\r\nContent-Length: 0\r\n\r\n'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
    ['an unknown encoding', 'HTTP/1.1 200 OK\r\nContent-Encoding: x\r\nContent-Length: 1\r\n\r\nx'],
    [
      'a chain of encodings',
      `HTTP/1.1 200 OK\r\nContent-Encoding: ${'gzip, '.repeat(500)}gzip\r\nContent-Length: 1\r\n\r\nx`,
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
    [
      'a length beside chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a control byte in a header', 'HTTP/1.1 200 OK\r\nX-Request-ID: a\u0000b\r\nContent-Length: 0\r\n\r\n'],
    ['20 KiB of header', `HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(20_480)}\r\nContent-Length: 0\r\n\r\n`],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['half a status line', 'HTTP/1.1 2'],
    ['half its headers', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ])('%s becomes a 502', async (_, bytes) => {
    const answer = await answerTo(GET, says(bytes));
    expect(statusOf(answer)).toBe(502);
    expect(answer).toMatch(/"code":"upstream_(invalid|unreachable)"/);
    expect(answer).not.toContain('evil');
  });
});

describe('an answer that is relayed in part', () => {
  it('loses cookies, policies and every header that is not on the list', async () => {
    const headers =
      'Set-Cookie: a=b\r\nClear-Site-Data: "*"\r\nAccess-Control-Allow-Origin: *\r\nServer: x\r\nLink: </x>\r\n';
    const answer = await answerTo(GET, says(`HTTP/1.1 200 OK\r\n${headers}Content-Length: 2\r\n\r\n{}`));
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toMatch(/^(set-cookie|clear-site-data|server|link):/im);
    expect(answer.match(/access-control-allow-origin: .*/gi)).toEqual([
      'Access-Control-Allow-Origin: https://shop.example',
    ]);
  });

  it('is HTML that can neither run nor be sniffed', async () => {
    const page = '<script>alert(1)</script>';
    const answer = await answerTo(
      GET,
      says(`HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`),
    );
    expect(statusOf(answer)).toBe(502);
    expect(answer).toContain("Content-Security-Policy: default-src 'none'; sandbox\r\n");
    expect(answer).toContain('X-Content-Type-Options: nosniff\r\n');
  });

  it('follows informational answers, which are dropped', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </evil>\r\n\r\n';
    const answer = await answerTo(GET, says(`${hints}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}`));
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toContain('evil');
  });

  it('loses a header value in Latin-1 and keeps the rest', async () => {
    const answer = await answerTo(
      GET,
      says('HTTP/1.1 200 OK\r\nX-Request-ID: \u00e9\r\nContent-Length: 2\r\n\r\n{}'),
    );
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toMatch(/^x-upstream-request-id/im);
  });
});

describe('a body that ends too soon', () => {
  it('is cut for the page too, whether sized or chunked', async () => {
    const sized = await answerTo(GET, says('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"cash":'));
    expect(sized).toMatch(/Content-Length: 100\r\n/);
    expect(sized.endsWith('{"cash":')).toBe(true);
    const chunked = await answerTo(
      GET,
      says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"cash":\r\n'),
    );
    expect(statusOf(chunked)).toBe(200);
    expect(chunked).not.toContain('\r\n0\r\n\r\n');
  });

  it('is cut for the page when it stalls', async () => {
    const answer = await answerTo(
      GET,
      says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n', false),
    );
    expect(statusOf(answer)).toBe(200);
    expect(answer).not.toContain('\r\n0\r\n\r\n');
  });
});

describe('extra bytes after a body', () => {
  it('never become the answer to the next request', async () => {
    const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
    await using harness = await Harness.start({
      rawUpstream: (socket) => {
        socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}${poison}`));
      },
    });
    for (const _ of [1, 2, 3, 4]) expect((await harness.raw(GET)).endsWith('{}')).toBe(true);
  });
});

describe('a silent upstream', () => {
  it('becomes a 504 and is called once', async () => {
    await using harness = await Harness.start({
      rawUpstream: (socket) => socket.resume(),
      deadlines: { headers: 200 },
    });
    const answer = await harness.raw(GET);
    expect(statusOf(answer)).toBe(504);
    expect(answer).toContain('"code":"upstream_timeout"');
    expect(harness.connectionsToUpstream).toBe(1);
  });

  it('is held to the total deadline when it dribbles headers', async () => {
    await using harness = await Harness.start({
      deadlines: { total: 150 },
      rawUpstream: (socket) => void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nX-A: ')),
    });
    expect(statusOf(await harness.raw(GET))).toBe(504);
  });
});

describe('an upstream that hangs up before it answers', () => {
  it('is asked once more for a GET', async () => {
    await using harness = await Harness.start({
      rawUpstream: (socket) =>
        void socket.once('data', () => {
          if (harness.connectionsToUpstream === 1) socket.destroy();
          else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
        }),
    });
    expect(statusOf(await harness.raw(GET))).toBe(200);
    expect(harness.connectionsToUpstream).toBe(2);
  });

  it('is asked twice for a GET and not a third time', async () => {
    await using harness = await Harness.start({
      rawUpstream: (socket) => void socket.once('data', () => socket.destroy()),
    });
    expect(statusOf(await harness.raw(GET))).toBe(502);
    expect(harness.connectionsToUpstream).toBe(2);
  });

  it('is asked once for a POST', async () => {
    await using harness = await Harness.start({
      rawUpstream: (socket) => void socket.once('data', () => socket.destroy()),
    });
    const answer = await harness.raw(POST);
    expect(statusOf(answer)).toBe(502);
    expect(answer).toContain('"code":"upstream_unreachable"');
    expect(harness.connectionsToUpstream).toBe(1);
  });

  it('is asked once for a DELETE', async () => {
    await using harness = await Harness.start({
      rawUpstream: (socket) => void socket.once('data', () => socket.destroy()),
    });
    expect(statusOf(await harness.raw(`DELETE /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}\r\n`))).toBe(
      502,
    );
    expect(harness.connectionsToUpstream).toBe(1);
  });

  it('is not asked again once a byte of an answer came', async () => {
    await using harness = await Harness.start({ rawUpstream: says('HTTP/1.1 200 OK\r\nX-Half: ') });
    expect(statusOf(await harness.raw(GET))).toBe(502);
    expect(harness.connectionsToUpstream).toBe(1);
  });
});

describe('an upstream that would answer before it read the body', () => {
  it('is not asked before the body came whole, and its rest is no next request', async () => {
    await using harness = await Harness.start({
      rawUpstream: says('HTTP/1.1 422 Unprocessable\r\nContent-Length: 2\r\n\r\n{}'),
      deadlines: { clientBody: 200 },
    });
    const head =
      'POST /alpaca/paper/v2/orders HTTP/1.1\r\nHost: x\r\nX-Alpaca-Connect: 1\r\nOrigin: https://shop.example\r\n';
    const smuggled = 'GET /alpaca/paper/v2/positions HTTP/1.1\r\n\r\n';
    const framing = 'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
    const answer = await harness.raw(`${head}${framing}{"symbol":"AAPL"}${smuggled}`);
    expect(statusOf(answer)).toBe(408);
    expect(harness.connectionsToUpstream).toBe(0);
    expect(answer).toMatch(/Connection: close\r\n/i);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});

describe('an upstream that is not there', () => {
  it('becomes a 502', async () => {
    await using harness = await Harness.start();
    harness.stopUpstream();
    const answer = await harness.raw(GET);
    expect(statusOf(answer)).toBe(502);
    expect(answer).toContain('"code":"upstream_unreachable"');
  });
});
