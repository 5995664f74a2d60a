import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * Somebody intercepts a grant on its way to the page (an extension, a second frame) but not the verifier, which never
 * left the page. Without the verifier of the very challenge that started the attempt, the grant must be worthless.
 */
it('POST /connections refuses a grant with the wrong code verifier, and leaves it usable for the right one', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier, codeChallenge } = await visitor.obtainGrant();

  for (const wrong of [Visitor.proofKey().codeVerifier, codeChallenge]) {
    const answer = await visitor.exchange(grant, wrong);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'exchange_failed' });
  }
  expect(stage.simulator.control.tokenCalls).toBe(0);
  expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);
});
