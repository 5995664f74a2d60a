import { expect, it } from 'vitest';
import { Harness, PAGE_LINES, statusOf } from '../../server/proxy/proxy-harness.ts';

const SECRET = 'GET /v2/secret HTTP/1.1\r\nHost: alpaca.example\r\n\r\n';
const CHUNKED = `${SECRET.length.toString(16)}\r\n${SECRET}\r\n0\r\n\r\n`;
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS'];
const CODINGS = ['chunked', 'Chunked', 'xchunked', 'chunked\r\nContent-Length: 0', 'identity, chunked'];

/*
 * A proxy forwards a DELETE with a chunked body but drops the header that says so: what follows is, for the upstream, a
 * request of its own, with the next person's token (http-proxy CVE-2026-29057, httpxy GHSA-ggv3-7p47-pfv8). Alpaca's
 * cancel is a DELETE. This upstream is as lenient as can be: whatever looks like a request line is a request to it.
 */
it(`bodies that hide a request: ${METHODS.length * CODINGS.length} inputs, 0 upstream hits`, async () => {
  let heard = '';
  await using harness = await Harness.start({
    rawUpstream: (socket) => {
      socket.setEncoding('latin1').on('data', (bytes) => {
        heard += bytes;
        for (const _ of String(bytes).matchAll(/^[A-Z]+ \S+ HTTP\/1\.1\r$/gm)) {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
        }
      });
    },
  });
  for (const method of METHODS) {
    for (const coding of CODINGS) {
      const head = `${method} /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: application/json\r\n`;
      const answer = await harness.raw(`${head}Transfer-Encoding: ${coding}\r\n\r\n${CHUNKED}`);
      expect([400, 405], `${method} ${coding}`).toContain(statusOf(answer));
    }
  }
  expect(heard).toBe('');

  const plain = `DELETE /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}\r\n`;
  expect(statusOf(await harness.raw(plain))).toBe(200);
  expect(heard.match(/^[A-Z]+ \S+ HTTP\/1\.1\r$/gm)).toEqual(['DELETE /v2/orders HTTP/1.1\r']);
});
