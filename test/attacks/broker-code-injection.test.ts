import { expect, it } from 'vitest';
import {
  APP,
  callsOf,
  exchange,
  OTHER_APP,
  openBrokerStage,
  Person,
  proofKey,
} from '../server/broker/broker-stage.ts';

/*
 * Somebody has got hold of a person's code, from a log or a referrer, and injects it into an attempt of their own at the same app
 * (RFC 9700 section 4.5): the app shows the right secret, with the verifier of the wrong attempt.
 */
it('a stolen code is worth nothing in another attempt, and nothing afterwards', async () => {
  await using stage = await openBrokerStage();
  const victim = proofKey();
  const attacker = proofKey();
  const back = await new Person(stage).allow({
    code_challenge: victim.challenge,
    code_challenge_method: 'S256',
  });
  const code = back.searchParams.get('code') ?? '';
  const injected = await exchange(stage, { code, code_verifier: attacker.verifier });
  expect([injected.status, await injected.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  expect((await exchange(stage, { code, code_verifier: victim.verifier })).status).toBe(400);
  expect(callsOf(stage, 'POST', '/v1/oauth/token')).toBe(0);
});

it('nor is one that was made for another redirect URI of the app, also without PKCE', async () => {
  await using stage = await openBrokerStage({
    clients: [APP, OTHER_APP],
    options: { clients: { [APP.clientId]: { pkce: 'optional' } } },
  });
  const back = await new Person(stage).allow({ redirect_uri: APP.redirectUris[1] });
  const injected = await exchange(stage, { code: back.searchParams.get('code') ?? '' });
  expect([injected.status, await injected.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  expect(callsOf(stage, 'POST', '/v1/oauth/token')).toBe(0);
});
