import { expect, it } from 'vitest';
import type { Connection } from '../../server/contract.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * A network error makes a page post its grant again, or somebody replays what they recorded. The second post must
 * neither reach Alpaca nor touch the connection that the first one made.
 */
it('POST /connections answers who posts a grant again with the connection that it has, without another token call', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  const first = (await (await visitor.exchange(grant, codeVerifier)).json()) as Connection;

  const answer = await visitor.exchange(grant, codeVerifier);

  expect(answer.status).toBe(201);
  expect(await answer.json()).toEqual(first);
  expect(stage.simulator.control.tokenCalls).toBe(1);
  expect(await (await visitor.call('/connections')).json()).toMatchObject({ connections: [first] });
});

it('POST /connections refuses a grant that was used before, once the browser that used it was seen', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  const replay = new Visitor(stage);
  for (const [name, value] of visitor.cookies) replay.cookies.set(name, value);
  const first = (await (await visitor.exchange(grant, codeVerifier)).json()) as Connection;
  await visitor.call('/connections');

  const answer = await replay.exchange(grant, codeVerifier);

  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({ code: 'exchange_failed' });
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(stage.simulator.control.tokenCalls).toBe(1);
  expect(await (await visitor.call('/connections')).json()).toMatchObject({ connections: [first] });
});
