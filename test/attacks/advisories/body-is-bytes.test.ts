import { describe, expect, it } from 'vitest';
import { Harness, PAGE_LINES, statusOf } from '../../server/proxy/proxy-harness.ts';

const BODIES = [
  '{"qty":"1","qty":"1000"}',
  '{"__proto__":{"side":"buy"},"constructor":{}}',
  '{"qty":1e999,"id":123456789012345678901234567890}',
  '{"qty":1.10000000000000000001}',
  '{ "side" : "buy" , }',
  '\u00ef\u00bb\u00bf{"bom":true}',
  '{"bytes":"\u00ff\u00fe\u0000"}',
  '[[[[[[[[[[',
  'qty=1&side=buy',
  '{"text":"\\u2028\\ud800"}',
];
const TYPES = ['application/json', 'application/json ; charset=utf-8', 'Application/JSON;charset="utf-7"'];

/*
 * A proxy parses a body to look at it and writes it again: what it looked at is not what Alpaca gets, because parsers differ
 * on repeated keys, numbers and charsets (http-proxy-middleware CVE-2025-32996 and -32997, reply-from GHSA-v2v2-hph8-q5xp).
 */
describe('a body', () => {
  it.each(TYPES)(
    `reaches Alpaca byte for byte as %s, whatever it holds: ${BODIES.length} inputs`,
    async (type) => {
      await using harness = await Harness.start();
      for (const body of BODIES) {
        for (const framing of [`Content-Length: ${body.length}\r\n\r\n${body}`, chunked(body)]) {
          const head = `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: ${type}\r\n`;
          expect(statusOf(await harness.raw(head + framing))).toBe(200);
          const hit = harness.hits.pop();
          expect(await hit?.body).toBe(new TextDecoder().decode(Buffer.from(body, 'latin1')));
          expect(hit?.headers['content-type']).toBe('application/json');
        }
      }
    },
  );

  /*
   * Two lengths on one request are two requests to whoever believes the other one (undici CVE-2026-1525, by an array of
   * headers). The proxy writes one, and it is the client's.
   */
  it('has one length', async () => {
    await using harness = await Harness.start();
    const head = `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: application/json\r\n`;
    await harness.raw(`${head}content-LENGTH: 2\r\n\r\n{}`);
    const names = harness.hits[0]?.rawHeaders.filter((_, index) => index % 2 === 0) ?? [];
    expect(names.filter((name) => /^content-length$/i.test(name))).toHaveLength(1);
    expect(harness.hits[0]?.headers['content-length']).toBe('2');
  });
});

function chunked(body: string): string {
  const chunks = [...body].map((byte) => `1\r\n${byte}\r\n`).join('');
  return `Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
}
