import { expect, it } from 'vitest';
import { openAttackStage, statusOf, victimLines } from './attack-stage.ts';

/** Routes of our own, which Express answers. The proxy has its own suite: test/server/proxy/framing-attacks.test.ts. */
const ROUTES = [
  'POST /alpaca/connections',
  'POST /alpaca/attempts',
  'POST /alpaca/mailbox/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'GET /alpaca/connections',
  'PUT /alpaca/connections',
  'POST /alpaca/nothing',
  'POST /nothing',
];

const FRAMINGS = [
  ...[
    'xchunked',
    'chunked, identity',
    'identity, chunked',
    'gzip, chunked',
    '\u000bchunked',
    'identity',
    'Chunked',
  ].map((coding) => `Transfer-Encoding: ${coding}`),
  ...['+5', '5,5', '0x5', '-1', '5 5', '', '5\r\nContent-Length: 6', '9'.repeat(30)].map(
    (length) => `Content-Length: ${length}`,
  ),
  'Transfer-Encoding: chunked\r\nContent-Length: 5',
  'Content-Length: 5\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
  'Transfer-Encoding:\r\n chunked',
  'Transfer-Encoding : chunked',
  'Content-Length : 5',
  'Content-Length: 5\r\n: x',
  'Content-Length: 5\r\nX: a\u0000b',
];

/*
 * The body of one request is framed so that this server and a proxy in front of it disagree on where it ends, and its
 * rest is a request of its own, which the proxy pairs with somebody else's. Here the rest disconnects the victim.
 */
it(`smuggled requests: ${ROUTES.length * FRAMINGS.length} inputs, 0 upstream hits`, async () => {
  await using attack = await openAttackStage();
  const lines = victimLines(attack);
  const smuggled = `DELETE /alpaca/connections/paper HTTP/1.1\r\n${lines}\r\n`;
  const body = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
  for (const route of ROUTES) {
    for (const framing of FRAMINGS) {
      const head = `${route} HTTP/1.1\r\n${lines}Content-Type: application/json\r\n${framing}\r\n\r\n`;
      const answer = await attack.raw(head + body);
      expect(answer.match(/HTTP\/1\.1 /g)?.length, `${route} ${framing}\n${answer}`).toBe(1);
      expect(statusOf(answer), `${route} ${framing}`).toBeLessThan(500);
    }
  }
  expect(attack.hits()).toBe(0);
  expect((await attack.victim.call('/paper/v2/account')).status).toBe(200);
});
