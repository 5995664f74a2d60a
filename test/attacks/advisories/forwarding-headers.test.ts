import { expect, it } from 'vitest';
import type { AttemptAnswer } from '../../../server/contract.ts';
import { openStage } from '../../stage.ts';
import { callbackData, Visitor } from '../../visitor.ts';
import { openAttackStage, statusOf, victimLines } from '../attack-stage.ts';

/** Each names another target, another host or another scheme than the request line does. */
const HEADERS = [
  ...[
    'X-Forwarded-Uri',
    'X-Original-URL',
    'X-Original-URI',
    'X-Rewrite-URL',
    'X-Forwarded-Path',
    'X-Accel-Redirect',
  ].map((name) => `${name}: /alpaca/paper/v2/account`),
  'X-Forwarded-Prefix: /alpaca/live',
  'X-Forwarded-Host: api.alpaca.markets',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Server: evil.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Proto: javascript',
  'X-Forwarded-Port: 443',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Method: GET',
  'X-HTTP-Method-Override: GET',
  'X_Forwarded_Uri: /alpaca/paper/v2/account',
  'Forwarded: for=127.0.0.1;host=evil.example;proto=https',
];
const REFUSED = [
  'GET /alpaca/paper/oauth/token',
  'GET /alpaca/live',
  'PUT /alpaca/paper/v2/account',
  'GET /alpaca/paper//v2/account',
];

/*
 * A header of a reverse proxy says which path, host or scheme was really asked for, and a client can write it too. Whoever
 * decides by it decides about another request than the one that is made (oauth2-proxy GHSA-7x63-xv5r-3p2x, CVE-2026-40575;
 * fastify CVE-2026-3635; RFC 9700 section 4.13).
 */
it.each([
  ['no proxy', {}],
  ['one proxy', { TRUST_PROXY: '1' }],
])(
  `forwarding headers behind %s: ${HEADERS.length * (REFUSED.length + 1)} inputs`,
  async (_, environment) => {
    await using attack = await openAttackStage({ environment });
    const send = async (line: string, header: string): Promise<number> =>
      statusOf(await attack.raw(`${line} HTTP/1.1\r\n${victimLines(attack)}${header}\r\n\r\n`));
    for (const header of HEADERS) {
      for (const line of REFUSED)
        expect([400, 404, 405], `${line} ${header}`).toContain(await send(line, header));
    }
    expect(attack.hits()).toBe(0);
    for (const header of HEADERS) expect(await send('GET /alpaca/paper/v2/clock', header), header).toBe(200);
    const { requests } = attack.stage.simulator.control;
    expect(requests.slice(-HEADERS.length).map(({ path }) => path)).toEqual(
      HEADERS.map(() => '/paper/v2/clock'),
    );
  },
);

/*
 * The server was reached by plain http, and the client claims https, so that a session cookie goes out where others can
 * read it. Without TRUST_PROXY nobody is believed, and no code is spent.
 */
it('a client that claims https is not believed by a server that trusts no proxy', async () => {
  const url = 'https://app.shop.test';
  await using stage = await openStage({ environment: { PUBLIC_URL: url } });
  const visitor = new Visitor(stage, { origin: url });
  const { codeVerifier, codeChallenge } = Visitor.proofKey();
  const claim = {
    Origin: url,
    'Sec-Fetch-Site': 'same-origin',
    'X-Forwarded-Proto': 'https',
    Forwarded: 'proto=https',
  };
  const body = { environment: 'paper', codeChallenge, origin: url };
  const attempt = await visitor.call('/attempts', { method: 'POST', body, headers: claim });
  const { state } = (await attempt.json()) as AttemptAnswer;
  const { grant } = await callbackData(
    await visitor.visit(`${stage.url}/alpaca/callback?code=c&state=${state}`),
  );
  const answer = await visitor.exchange(grant, codeVerifier, claim);
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([500, null]);
  expect(stage.simulator.control.tokenCalls).toBe(0);
});
