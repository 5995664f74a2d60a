import { expect, it } from 'vitest';
import type { AttemptAnswer } from '../../server/contract.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * An attacker starts an attempt and sends the finished callback address, with a code and a valid state, to somebody who
 * never pressed the button. Completing it there would connect the wrong person's account (login CSRF).
 */
it('GET /callback refuses a state whose attempt this browser does not hold', async () => {
  await using stage = await openStage();
  const attacker = new Visitor(stage);
  const attempt = (await (await attacker.startAttempt(Visitor.proofKey())).json()) as AttemptAnswer;
  const callback = await attacker.decide(attempt.authorizationUrl);

  const answer = await new Visitor(stage).visit(callback);

  expect(answer.status).toBe(400);
  const page = await answer.text();
  expect(page).toContain('not started in this browser');
  expect(page).not.toContain('alpaca-connect-data');
  expect(page).not.toContain(attacker.code);
  expect(stage.simulator.control.tokenCalls).toBe(0);
});
