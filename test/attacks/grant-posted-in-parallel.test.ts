import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * One grant is posted a hundred times at once, hoping that several posts pass the "was it used?" check before the first
 * one marks it (CVE-2026-22751 and GHSA-7w99-5wm4-3g79 are of this kind). Exactly one may reach the token endpoint.
 */
it('POST /connections makes exactly one token call of a hundred parallel posts of one grant', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();

  const answers = await Promise.all(Array.from({ length: 100 }, () => visitor.exchange(grant, codeVerifier)));

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(99);
  expect(stage.simulator.control.tokenCalls).toBe(1);
});
