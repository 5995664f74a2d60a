import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * Another page on the allow-list, perhaps a compromised one, gets hold of a grant and its verifier and posts them from
 * its own origin. The grant names the origin that started the attempt, and only that one may use it.
 */
it('POST /connections refuses a grant that was made for another origin', async () => {
  await using stage = await openStage();
  const { grant, codeVerifier } = await new Visitor(stage).obtainGrant();

  const answer = await new Visitor(stage, { origin: stage.foreignUrl }).exchange(grant, codeVerifier);

  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ code: 'origin_not_allowed' });
  expect(stage.simulator.control.tokenCalls).toBe(0);
});
