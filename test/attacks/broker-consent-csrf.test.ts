import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type BrokerStage,
  formOf,
  OTHER_APP,
  openBrokerStage,
  Person,
  proofKey,
} from '../server/broker/broker-stage.ts';

const PROOF = { code_challenge: proofKey().challenge, code_challenge_method: 'S256' };

let stage: BrokerStage;
beforeAll(async () => {
  stage = await openBrokerStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

/*
 * A hostile page sends the form of consent from the person's own browser, cookies and all, so that they allow what they never saw.
 */
it.each([
  ['from another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
  ['from another host of the same site', { Origin: 'http://evil.localhost', 'Sec-Fetch-Site': 'same-site' }],
  ['from a sandboxed frame', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
  ['from a page whose origin is hidden', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }],
  ['as a typed address', { 'Sec-Fetch-Site': 'none' }],
  ['with our origin, but not by our page', { 'Sec-Fetch-Site': 'cross-site' }],
])('a form that was sent %s allows nothing', async (_from, headers) => {
  const person = new Person(stage);
  const fields = formOf(await (await person.authorize(PROOF)).text());
  const answer = await person.post(
    '/oauth/authorize',
    { ...fields, account: '0', decision: 'allow' },
    headers,
  );
  expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
});

it('nor does one with the token of another person, of another ticket, of another app, or with none', async () => {
  const attacker = new Person(stage, 'noah');
  const victim = new Person(stage, 'mia');
  const own = formOf(await (await victim.authorize(PROOF)).text());
  const foreign = formOf(await (await attacker.authorize(PROOF)).text());
  const other = { client_id: OTHER_APP.clientId, redirect_uri: OTHER_APP.redirectUris[0] };
  const ofOtherApp = formOf(await (await victim.authorize({ ...PROOF, ...other })).text());
  for (const csrf of [foreign['csrf'], ofOtherApp['csrf'], '', 'x'.repeat(60), own['ticket']]) {
    const fields = { ticket: own['ticket'] ?? '', csrf: csrf ?? '', account: '0', decision: 'allow' };
    const answer = await victim.post('/oauth/authorize', fields);
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
  }
  const whole = await victim.post('/oauth/authorize', { ...foreign, account: '0', decision: 'allow' });
  expect([whole.status, whole.headers.get('location')]).toEqual([403, null]);
});

it('nor does one for accounts that are others than those of the page', async () => {
  const mia = stage.users.get('mia');
  if (mia === undefined) throw new Error('mia is missing');
  stage.users.set('eve', { ...mia, id: 'eve' });
  const person = new Person(stage, 'eve');
  const page = await (await person.authorize(PROOF)).text();
  stage.users.set('eve', { ...mia, id: 'eve', accounts: mia.accounts.toReversed() });
  const answer = await person.decide(page, 'allow');
  expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
});

it('the list of grants ends nothing for another site, nor with another token', async () => {
  const person = new Person(stage);
  const answers = [
    await person.post('/oauth/grants/abc/revoke', { csrf: 'x' }),
    await person.post('/oauth/grants/abc/revoke', { csrf: 'x' }, { Origin: 'https://evil.example' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 403]);
});
