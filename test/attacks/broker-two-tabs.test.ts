import { expect, it } from 'vitest';
import {
  APP,
  exchange,
  OTHER_APP,
  openBrokerStage,
  Person,
  proofKey,
} from '../server/broker/broker-stage.ts';

/*
 * A person has the pages of two apps open in two tabs. Allowing one must never allow the other, whichever page came last, and each
 * browser tab goes back to its own app.
 */
it('two tabs with two apps do not touch each other', async () => {
  await using stage = await openBrokerStage();
  const person = new Person(stage);
  const keys = [proofKey(), proofKey()] as const;
  const apps = [APP, OTHER_APP] as const;
  const open = (index: 0 | 1) =>
    person.authorize({
      client_id: apps[index].clientId,
      redirect_uri: apps[index].redirectUris[0],
      state: `tab-${index}`,
      code_challenge: keys[index].challenge,
      code_challenge_method: 'S256',
    });
  const [first, second] = [await (await open(0)).text(), await (await open(1)).text()];
  const answers = [await person.decide(first, 'allow'), await person.decide(second, 'deny')];
  const [allowed, denied] = answers.map((answer) => new URL(answer.headers.get('location') ?? ''));
  expect([allowed?.host, allowed?.searchParams.get('state')]).toEqual(['trading-app.example', 'tab-0']);
  expect([denied?.host, denied?.searchParams.get('error')]).toEqual(['other-app.example', 'access_denied']);
  const code = allowed?.searchParams.get('code') ?? '';
  expect(
    (await exchange(stage, { code, code_verifier: keys[1].verifier }, { client: OTHER_APP })).status,
  ).toBe(400);
  expect((await exchange(stage, { code, code_verifier: keys[0].verifier })).status).toBe(200);
});
