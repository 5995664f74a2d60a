import { expect, it } from 'vitest';
import { openAttackStage, statusOf, victimLines } from '../attack-stage.ts';

const HOSTS = [
  ...[
    'api.alpaca.markets',
    'live',
    'localhost/alpaca/live',
    'paper.evil.example',
    'data.alpaca.markets',
    '169.254.169.254',
  ],
  ...['[::1]', 'x:99999', 'u@evil.example', 'localhost#', '', 'evil.example, localhost', '\u00e9'],
];

/*
 * A proxy chooses the upstream by searching the Host header, or host and path together, for a name (http-proxy-middleware
 * CVE-2026-55602). Here the path alone decides, by a whole segment, and the Host header decides nothing.
 */
it(`hosts that name another upstream: ${HOSTS.length} inputs, 0 hits elsewhere`, async () => {
  await using attack = await openAttackStage();
  for (const host of HOSTS) {
    const lines = victimLines(attack).replace(/^Host: .*$/m, `Host: ${host}`);
    const status = statusOf(await attack.raw(`GET /alpaca/paper/v2/account HTTP/1.1\r\n${lines}\r\n`));
    expect([200, 400], host).toContain(status);
  }
  const paths = attack.stage.simulator.control.requests.slice(-attack.hits()).map(({ path }) => path);
  expect(new Set(paths)).toEqual(new Set(['/paper/v2/account']));
});
