import { expect, it } from 'vitest';
import { openAttackStage, statusOf, victimLines } from '../attack-stage.ts';

const n = 2_000;
const TARGETS = [
  `/alpaca/paper/${'a%2F'.repeat(n / 4)}!`,
  `/alpaca/paper/${'/a'.repeat(n / 2)}%`,
  `/alpaca/paper/v2/${'-'.repeat(n)}`,
  `/alpaca/paper/v2/positions/${'A.'.repeat(n / 2)}%2F`,
  `/alpaca/paper/v2/orders:${'by_'.repeat(n / 3)}`,
  `/alpaca/mailbox/${'a-'.repeat(n / 2)}`,
  `/alpaca/messages/${'a.'.repeat(n / 2)}json`,
  `/alpaca/connections/${'%2F'.repeat(n / 3)}`,
  `/alpaca/paper/v2/account?${'%20'.repeat(n)}%`,
  `/alpaca/paper/v2/account?${'a&'.repeat(n)}token`,
  `/alpaca/launch?mode=redirect&return_to=http://localhost/${'%09/'.repeat(n / 2)}`,
  `/alpaca/callback?${'state=&'.repeat(n / 4)}`,
  `/${'%ff'.repeat(n)}`,
];
const HEADERS = [
  `Accept-Encoding: ${'gzip ;q=0,'.repeat(n / 2)}`,
  `Accept-Encoding: gzip${' '.repeat(n * 4)}x`,
  `Content-Type: application/json${' '.repeat(n * 4)}x\r\nContent-Length: 0`,
  `Cookie: ${'a="'.repeat(n)}`,
  `Cookie: ${'alpaca.sid=s%3A;'.repeat(n / 4)}`,
  `If-None-Match: ${'W/"",'.repeat(n)}`,
  `X-Forwarded-For: ${'1,'.repeat(n * 2)}`,
  `Origin: https://${'a.'.repeat(n * 2)}`,
];

/*
 * A pattern with two ways to match the same text takes twice as long for each further character, and one request of 2 KiB
 * stops the server for everybody (path-to-regexp CVE-2026-4867, http-proxy-middleware CVE-2024-21536). If one of ours did,
 * this test would not come to its end.
 */
it(`texts that nearly match, over and over: ${TARGETS.length + HEADERS.length} inputs, all answered`, async () => {
  await using attack = await openAttackStage();
  const lines = victimLines(attack);
  for (const target of TARGETS) {
    const answer = await attack.raw(`GET ${target} HTTP/1.1\r\n${lines}\r\n`);
    expect([400, 403, 404], target.slice(0, 60)).toContain(statusOf(answer));
  }
  for (const header of HEADERS) {
    const own = header.startsWith('Cookie:') ? lines.replace(/^Cookie:.*\r\n/m, '') : lines;
    const answer = await attack.raw(`GET /alpaca/paper/v2/clock HTTP/1.1\r\n${own}${header}\r\n\r\n`);
    expect([200, 401, 403], header.slice(0, 60)).toContain(statusOf(answer));
  }
});
