import { expect, it } from 'vitest';
import { openAttackStage, statusOf, victimLines } from '../attack-stage.ts';

const FORBIDDEN = [
  '/alpaca/paper/oauth/token',
  '/alpaca/paper/v2/secret',
  '/alpaca/live/v2',
  '/alpaca/data/v2/account',
];
const DECOYS = [
  ...[
    '#/v2/account',
    '#/alpaca/paper/v2/account',
    '?/v2/account',
    '?x=/v2/account',
    '?/alpaca/paper/v2/account',
  ],
  ...[
    '?x=1#/v2/account',
    '?path=%2Fv2%2Faccount',
    '?..%2Fv2%2Faccount',
    ';/v2/account',
    '%3F/v2/account',
    '%23/v2/account',
  ],
];

/*
 * A pattern of allowed paths is matched against path, query and fragment together, so that a forbidden path passes with an
 * allowed one behind a `?` or a `#` (oauth2-proxy GHSA-7rh7-c77v-6434, GHSA-pxq7-h93f-9jrg).
 */
it(`forbidden paths with an allowed one behind: ${FORBIDDEN.length * DECOYS.length} inputs, 0 upstream hits`, async () => {
  await using attack = await openAttackStage();
  for (const path of FORBIDDEN) {
    for (const decoy of DECOYS) {
      const answer = await attack.raw(`GET ${path}${decoy} HTTP/1.1\r\n${victimLines(attack)}\r\n`);
      expect([400, 404], path + decoy).toContain(statusOf(answer));
    }
  }
  expect(attack.hits()).toBe(0);
});
