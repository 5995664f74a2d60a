import { expect, it } from 'vitest';
import type { Connection } from '../../server/contract.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * A network error makes a page post its grant again, or somebody replays what they recorded. The second post must
 * neither reach Alpaca nor touch the connection that the first one made.
 */
it('POST /connections refuses a grant that was used before', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();
  const first = (await (await visitor.exchange(grant, codeVerifier)).json()) as Connection;

  const answer = await visitor.exchange(grant, codeVerifier);

  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({ code: 'exchange_failed' });
  expect(stage.simulator.control.tokenCalls).toBe(1);
  expect(await (await visitor.call('/connections')).json()).toMatchObject({ connections: [first] });
});
