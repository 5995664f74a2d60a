import { expect, it } from 'vitest';
import { callsOf, exchange, openBrokerStage, Person, proofKey } from '../server/broker/broker-stage.ts';

/*
 * One code is exchanged a hundred times at once, for a hundred tokens. Alpaca would issue each, because its Broker API wants no
 * code: the store has to let one through.
 */
it('a hundred parallel exchanges of one code are one call to Alpaca and at most one token', async () => {
  await using stage = await openBrokerStage({ options: { tokensPerMinute: 1_000 } });
  const { verifier, challenge } = proofKey();
  const back = await new Person(stage).allow({ code_challenge: challenge, code_challenge_method: 'S256' });
  const fields = { code: back.searchParams.get('code') ?? '', code_verifier: verifier };
  const answers = await Promise.all(Array.from({ length: 100 }, () => exchange(stage, fields)));
  expect(callsOf(stage, 'POST', '/v1/oauth/token')).toBe(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(99);
});

/*
 * A code that is shown again was stolen, by whoever came first or second (RFC 6749 section 4.1.2): what it got ends, also at Alpaca
 * where that is possible.
 */
it('a code that is used twice ends what it got the first time', async () => {
  await using stage = await openBrokerStage({
    options: { revokeBy: 'access_token', tokens: { expiresIn: 3_600 } },
  });
  stage.api.control.deletesTokens = true;
  const { verifier, challenge } = proofKey();
  const back = await new Person(stage).allow({ code_challenge: challenge, code_challenge_method: 'S256' });
  const fields = { code: back.searchParams.get('code') ?? '', code_verifier: verifier };
  const token = (await (await exchange(stage, fields)).json()) as {
    access_token: string;
    refresh_token: string;
  };
  const statusAtAlpaca = async () => {
    const headers = { Authorization: `Bearer ${token.access_token}` };
    return (await fetch(`${stage.simulator.liveUrl}/v2/account`, { headers })).status;
  };
  expect(await statusAtAlpaca()).toBe(200);
  expect((await exchange(stage, fields)).status).toBe(400);
  expect(await statusAtAlpaca()).toBe(401);
  const refreshed = await exchange(stage, {
    grant_type: 'refresh_token',
    refresh_token: token.refresh_token,
  });
  expect(refreshed.status).toBe(400);
  expect(stage.revoked).toHaveLength(1);
});
