// The exchange succeeded, and its answer did not reach the page: the page asks again with the same grant.
import { expect, it } from 'vitest';
import type { Connection } from '../../server/contract.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/** Posts the grant, and forgets the cookies of the answer as a browser does that never got it. */
async function loseAnswer(visitor: Visitor, grant: string, codeVerifier: string): Promise<void> {
  const before = [...visitor.cookies];
  const answer = await visitor.exchange(grant, codeVerifier);
  expect(answer.status).toBe(201);
  visitor.cookies.clear();
  for (const [name, value] of before) visitor.cookies.set(name, value);
}

async function connected(visitor: Visitor): Promise<string[]> {
  const answer = await visitor.list();
  return answer.connections.map(({ environment }) => environment);
}

it('the page that asks again finds itself connected, with one token call', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  await loseAnswer(visitor, grant, codeVerifier);
  expect(await connected(visitor)).toEqual([]);

  const again = await visitor.exchange(grant, codeVerifier);

  expect(again.status).toBe(201);
  expect((await again.json()) as Connection).toMatchObject({ environment: 'paper' });
  expect(await connected(visitor)).toEqual(['paper']);
  expect(stage.simulator.control.tokenCalls).toBe(1);
});

it('what was connected before stays, whether or not the page asks again', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const first = (await (await visitor.connect()).json()) as Connection;
  expect(await connected(visitor)).toEqual(['paper']);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  await loseAnswer(visitor, grant, codeVerifier);
  const { connections } = await visitor.list();
  expect(connections).toEqual([first]);
  expect((await visitor.call('/paper/v2/account')).status).toBe(200);

  await visitor.exchange(grant, codeVerifier);

  const after = await visitor.list();
  expect(after.connections).toHaveLength(1);
  expect(after.connections[0]?.connectedAt).not.toBe(first.connectedAt);
});

it('an answer whose body was lost, and not its cookie, is given again', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  const first = (await (await visitor.exchange(grant, codeVerifier)).json()) as Connection;
  await connected(visitor);

  const again = await visitor.exchange(grant, codeVerifier);

  expect(again.status).toBe(201);
  expect(await again.json()).toEqual(first);
  expect(stage.simulator.control.tokenCalls).toBe(1);
});

it('a refusal is given again as it was', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  stage.simulator.control.breakToken('no_token', 1);
  const refusal = await visitor.exchange(grant, codeVerifier);
  const again = await visitor.exchange(grant, codeVerifier);
  expect(again.status).toBe(refusal.status);
  const [one, other] = [await refusal.json(), await again.json()] as { code: string; message: string }[];
  expect([other?.code, other?.message]).toEqual([one?.code, one?.message]);
});
