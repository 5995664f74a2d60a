import { expect, it } from 'vitest';
import { MOUNTED } from '../mounted.ts';
import { openAttackStage, statusOf, victimLines } from './attack-stage.ts';

const ROUTES = [
  'GET /alpaca/paper/v2/account',
  'DELETE /alpaca/paper/v2/orders',
  'GET /alpaca/data/v2/stocks/bars?symbols=AAPL',
  'GET /alpaca/connections',
  'DELETE /alpaca/connections/paper',
  'GET /alpaca/paper/stream',
  'GET /alpaca/connect.js',
  'GET /alpaca/launch',
  'GET /alpaca/nothing',
  // Those outside the mount path belong to the app that a router is mounted in.
  ...(MOUNTED ? [] : ['GET /livez', 'GET /']),
];

/** Ends of a request line that Node's parser lets through. */
const PARSED = [
  ' HTTP/0.9\r\n',
  ' HTTP/2.0\r\n',
  '\r\n',
  '\n',
  '\nX: y HTTP/1.1\r\n',
  '\nHost: evil.example HTTP/1.1\r\n',
];

/** Those that it refuses itself. `insecureHTTPParser`, which nobody here sets, would let some of them through. */
const UNPARSED = [
  ...[
    '0.0',
    '1',
    '1.',
    '1.2',
    '1.9',
    '1.10',
    '01.1',
    '+1.1',
    '11.1',
    '2',
    '2.1',
    '3.0',
    '3.7',
    '1.1 ',
    '1.1x',
  ].map((version) => ` HTTP/${version}\r\n`),
  ' http/1.1\r\n',
  ' HTTPS/1.1\r\n',
  '\tHTTP/1.1\r\n',
  '\n HTTP/1.1\r\n',
  ' \nHTTP/1.1\r\n',
  ' HTTP/1.1\n',
  ' HTTP/1.1\r',
  ' HTTP/1.1\r\nX: a\nY: b\r\n',
  ' HTTP/1.1\r\nX:\n b\r\n',
];

/*
 * A request line of another version, or with a bare LF in it, is read by this server in one way and by a proxy in front in
 * another: what the one takes for a header is the path of the other, and a check of the one is passed by (RFC 9112 sections
 * 2.2, 2.3 and 3). `RTSP/1.1` cannot be told from `HTTP/1.1` here, because Node's parser keeps only the number, nor one of
 * the empty lines in front of a request, which RFC 9112 allows, from one with a bare LF.
 */
it(`request lines that are not HTTP/1: ${ROUTES.length * (PARSED.length + UNPARSED.length)} inputs, 0 upstream hits`, async () => {
  await using attack = await openAttackStage();
  const lines = victimLines(attack);
  for (const route of ROUTES) {
    for (const end of PARSED) {
      const answer = await attack.raw(`${route}${end}${lines}\r\n`);
      const input = JSON.stringify(route + end);
      expect(statusOf(answer), input).toBe(400);
      expect(answer, input).toMatch(/^Connection: close\r$/m);
      expect(answer, input).toContain(
        '{"code":"bad_request","message":"The request line has to end with HTTP/1.1',
      );
    }
    for (const end of UNPARSED) {
      expect(statusOf(await attack.raw(`${route}${end}${lines}\r\n`)), JSON.stringify(route + end)).toBe(400);
    }
  }
  expect(attack.hits()).toBe(0);
  for (const version of ['1.0', '1.1']) {
    const answer = await attack.raw(`GET /alpaca/paper/v2/account HTTP/${version}\r\n${lines}\r\n`);
    expect(statusOf(answer), version).toBe(200);
  }
  expect(attack.hits()).toBe(2);
});

/*
 * What follows such a line on its socket may be the rest of it, or somebody else's. Here it disconnects the victim.
 */
it(`requests behind one that is not HTTP/1: ${ROUTES.length * PARSED.length} inputs, 0 served`, async () => {
  await using attack = await openAttackStage();
  const lines = victimLines(attack);
  const open = lines.replace('Connection: close', 'Connection: keep-alive');
  const behind = `DELETE /alpaca/connections/paper HTTP/1.1\r\n${lines}\r\n`;
  for (const route of ROUTES) {
    for (const end of PARSED) {
      const answer = await attack.raw(`${route}${end}${open}\r\n${behind}`);
      expect(answer.match(/^HTTP\/1\.1 \d{3} /gm)?.length, JSON.stringify(route + end)).toBe(1);
    }
  }
  expect(attack.hits()).toBe(0);
  expect((await attack.victim.call('/paper/v2/account')).status).toBe(200);
});
