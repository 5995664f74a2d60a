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
 * One app gets hold of a code that a person gave to another, and exchanges it with its own secret. It gets nothing, and does not
 * even use the code up.
 */
it('a code of one app is worth nothing to another', async () => {
  await using stage = await openBrokerStage();
  const { verifier, challenge } = proofKey();
  const back = await new Person(stage).allow({ code_challenge: challenge, code_challenge_method: 'S256' });
  const fields = { code: back.searchParams.get('code') ?? '', code_verifier: verifier };
  for (const redirect_uri of [OTHER_APP.redirectUris[0], APP.redirectUris[0]]) {
    const stolen = await exchange(stage, { ...fields, redirect_uri }, { client: OTHER_APP });
    expect([stolen.status, await stolen.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  }
  expect((await exchange(stage, fields)).status).toBe(200);
});
