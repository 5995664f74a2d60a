import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * One grant is posted a hundred times at once, hoping that several posts pass the "was it used?" check before the first
 * one marks it (CVE-2026-22751 and GHSA-7w99-5wm4-3g79 are of this kind). Exactly one may reach the token endpoint.
 */
it('POST /connections makes exactly one token call and one session of a hundred parallel posts of one grant', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const { grant, codeVerifier } = await visitor.obtainGrant();

  const answers = await Promise.all(Array.from({ length: 100 }, () => visitor.exchange(grant, codeVerifier)));

  // Which of them reaches the page is not known, so each has the one connection that was made.
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
  const sessions = answers.map(({ headers }) =>
    headers.getSetCookie().find((line) => /alpaca\.sid=/.test(line)),
  );
  expect(new Set(sessions.map((line) => line?.split(';')[0])).size).toBe(1);
  expect(stage.simulator.control.tokenCalls).toBe(1);
});
