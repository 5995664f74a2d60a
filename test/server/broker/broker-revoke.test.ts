import { expect, it } from 'vitest';
import {
  APP,
  type BrokerStage,
  exchange,
  OTHER_APP,
  openBrokerStage,
  Person,
  proofKey,
} from './broker-stage.ts';

interface Tokens {
  access_token: string;
  refresh_token: string;
}

async function connect(stage: BrokerStage): Promise<Tokens> {
  const { verifier, challenge } = proofKey();
  const back = await new Person(stage).allow({ code_challenge: challenge, code_challenge_method: 'S256' });
  const answer = await exchange(stage, {
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  });
  return (await answer.json()) as Tokens;
}

function revoke(stage: BrokerStage, fields: Record<string, string>, client = APP): Promise<Response> {
  const body = new URLSearchParams({
    client_id: client.clientId,
    client_secret: client.clientSecret,
    ...fields,
  });
  return fetch(`${stage.issuer}/revoke`, { method: 'POST', body });
}

const refresh = (stage: BrokerStage, token: string) =>
  exchange(stage, { grant_type: 'refresh_token', refresh_token: token, redirect_uri: undefined });

it.each(['access_token', 'refresh_token'] as const)(
  'POST /revoke with the %s ends all that the code came to',
  async (which) => {
    await using stage = await openBrokerStage({
      options: { tokens: { expiresIn: 60 }, revokeBy: 'access_token' },
    });
    stage.api.control.deletesTokens = true;
    const tokens = await connect(stage);
    const answer = await revoke(stage, { token: tokens[which], token_type_hint: 'anything' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await fetch(`${stage.simulator.liveUrl}/v2/account`, { headers })).status).toBe(401);
    expect((await refresh(stage, tokens.refresh_token)).status).toBe(400);
    expect((await revoke(stage, { token: tokens[which] })).status).toBe(200);
    expect(stage.revoked).toHaveLength(1);
  },
);

it('where Alpaca takes no token back, it ends the refresh tokens, and answers 200 all the same', async () => {
  await using stage = await openBrokerStage({ options: { tokens: { expiresIn: 60 } } });
  const tokens = await connect(stage);
  expect((await revoke(stage, { token: tokens.access_token })).status).toBe(200);
  expect((await refresh(stage, tokens.refresh_token)).status).toBe(400);
  expect(stage.logged()).toContain('"atAlpaca":false');
  expect(stage.api.control.requests.some(({ method }) => method === 'DELETE')).toBe(false);
});

it('ends nothing for another app, nor for a wrong secret', async () => {
  await using stage = await openBrokerStage({ options: { tokens: { expiresIn: 60 } } });
  const tokens = await connect(stage);
  expect((await revoke(stage, { token: tokens.access_token }, OTHER_APP)).status).toBe(200);
  const wrong = await revoke(stage, { token: tokens.access_token, client_secret: 'wrong' });
  expect([wrong.status, await wrong.json()]).toMatchObject([401, { error: 'invalid_client' }]);
  expect((await refresh(stage, tokens.refresh_token)).status).toBe(200);
});

it('answers 200 to a token that it does not know, and refuses what is no request', async () => {
  await using stage = await openBrokerStage();
  expect((await revoke(stage, { token: 'unknown' })).status).toBe(200);
  expect((await revoke(stage, {})).status).toBe(400);
  expect((await revoke(stage, { token: 'x', client_secret: '' })).status).toBe(401);
});
