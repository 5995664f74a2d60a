import { expect, it } from 'vitest';
import { type BrokerStage, exchange, OTHER_APP, openBrokerStage, Person, proofKey } from './broker-stage.ts';

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

const TOKENS = { options: { tokens: { expiresIn: 3_600 }, revokeBy: 'access_token' as const } };

async function connect(stage: BrokerStage): Promise<Tokens> {
  const { verifier, challenge } = proofKey();
  const back = await new Person(stage).allow({ code_challenge: challenge, code_challenge_method: 'S256' });
  const answer = await exchange(stage, {
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  });
  return (await answer.json()) as Tokens;
}

async function refresh(
  stage: BrokerStage,
  token: string,
  changes: Record<string, string> = {},
): Promise<Response> {
  return exchange(stage, {
    grant_type: 'refresh_token',
    refresh_token: token,
    redirect_uri: undefined,
    ...changes,
  });
}

async function works(stage: BrokerStage, token: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fetch(`${stage.simulator.liveUrl}/v2/account`, { headers })).status === 200;
}

it('a refresh token gets a new pair, and the old access token works until the new pair was used', async () => {
  await using stage = await openBrokerStage(TOKENS);
  stage.api.control.deletesTokens = true;
  const first = await connect(stage);
  expect(first.expires_in).toBe(3_600);
  const second = (await (await refresh(stage, first.refresh_token)).json()) as Tokens;
  expect(second.access_token).not.toBe(first.access_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect([await works(stage, first.access_token), await works(stage, second.access_token)]).toEqual([
    true,
    true,
  ]);
  const third = (await (await refresh(stage, second.refresh_token)).json()) as Tokens;
  await expect.poll(() => works(stage, first.access_token)).toBe(false);
  expect([await works(stage, second.access_token), await works(stage, third.access_token)]).toEqual([
    true,
    true,
  ]);
});

it('a refresh token works again until the next one was used, so that a lost answer costs nothing', async () => {
  await using stage = await openBrokerStage(TOKENS);
  const first = await connect(stage);
  await refresh(stage, first.refresh_token);
  expect((await refresh(stage, first.refresh_token)).status).toBe(200);
});

it('a refresh token whose successor was used was stolen: its line ends, at Alpaca too', async () => {
  await using stage = await openBrokerStage(TOKENS);
  stage.api.control.deletesTokens = true;
  const first = await connect(stage);
  const second = (await (await refresh(stage, first.refresh_token)).json()) as Tokens;
  const third = (await (await refresh(stage, second.refresh_token)).json()) as Tokens;
  const stolen = await refresh(stage, first.refresh_token);
  expect([stolen.status, ((await stolen.json()) as { error: string }).error]).toEqual([400, 'invalid_grant']);
  expect((await refresh(stage, third.refresh_token)).status).toBe(400);
  expect(await works(stage, third.access_token)).toBe(false);
  expect(stage.revoked).toHaveLength(1);
  expect(stage.logged()).toContain('"event":"broker_replay"');
});

it('another app gets nothing for it, and a wrong secret uses nothing up', async () => {
  await using stage = await openBrokerStage(TOKENS);
  const { refresh_token: token } = await connect(stage);
  const other = await exchange(
    stage,
    { grant_type: 'refresh_token', refresh_token: token },
    { client: OTHER_APP },
  );
  expect([other.status, await other.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  expect((await refresh(stage, token, { client_secret: 'wrong' })).status).toBe(401);
  expect((await refresh(stage, token)).status).toBe(200);
});

it('the scope of a refresh is no more than what was granted', async () => {
  await using stage = await openBrokerStage(TOKENS);
  const { refresh_token: token } = await connect(stage);
  const more = await refresh(stage, token, { scope: 'general withdraw' });
  expect([more.status, ((await more.json()) as { error: string }).error]).toEqual([400, 'invalid_scope']);
  expect((await refresh(stage, token, { scope: 'general' })).status).toBe(200);
});

it('parallel refreshes with one token all get a pair, and one of each pair goes on', async () => {
  await using stage = await openBrokerStage(TOKENS);
  const { refresh_token: token } = await connect(stage);
  const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(stage, token)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const pair = (await answers[3]?.json()) as Tokens;
  expect((await refresh(stage, pair.refresh_token)).status).toBe(200);
});

it('an access token is no refresh token', async () => {
  await using stage = await openBrokerStage(TOKENS);
  const { access_token: token } = await connect(stage);
  expect((await refresh(stage, token)).status).toBe(400);
});
