import { expect, it } from 'vitest';
import type { AttemptAnswer } from '../../server/contract.ts';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * The victim is in the middle of an attempt of their own, so their browser does hold an attempt cookie, and is then led
 * to a callback with the attacker's state and code. Accepting it would hand the victim the attacker's account, or with
 * the cookie copied under another name, pass one attempt off as another.
 */
it('GET /callback refuses a state of another browser although an attempt is open in this one', async () => {
  await using stage = await openStage();
  const attacker = new Visitor(stage);
  const victim = new Visitor(stage);
  const stolen = (await (await attacker.startAttempt(Visitor.proofKey())).json()) as AttemptAnswer;
  await victim.startAttempt(Visitor.proofKey());
  const callback = await attacker.decide(stolen.authorizationUrl);

  expect((await victim.visit(callback)).status).toBe(400);

  const [ownName, ownValue] = [...victim.cookies][0] ?? [];
  const [foreignName] = [...attacker.cookies][0] ?? [];
  expect(ownName).not.toBe(foreignName);
  victim.cookies.set(String(foreignName), String(ownValue));
  expect((await victim.visit(callback)).status).toBe(400);
  expect(stage.simulator.control.tokenCalls).toBe(0);
});
