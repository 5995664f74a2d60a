import { expect, it } from 'vitest';
import type { AttemptAnswer } from '../../server/contract.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * The callback address stays in the history of the browser, where the back button or somebody at the same machine can
 * call it again. A state that was used once must be worth nothing the second time.
 */
it('GET /callback refuses a state that was used before', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const attempt = (await (await visitor.startAttempt(Visitor.proofKey())).json()) as AttemptAnswer;
  const callback = await visitor.decide(attempt.authorizationUrl);

  expect((await visitor.visit(callback)).status).toBe(200);
  expect((await visitor.visit(callback)).status).toBe(400);
});
