import { expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * Attempt, grant and session are all sealed by one server with one key ring. Whoever passes one off as another would
 * skip the steps between (Auth.js CVE-2023-48309 was a transaction token that opened a session).
 */
it('an attempt is no grant, a grant is no session, and neither is a mailbox entry', async () => {
  await using stage = await openStage();
  const visitor = new Visitor(stage);
  const proofKey = Visitor.proofKey();
  await visitor.startAttempt(proofKey);
  const attempt = [...visitor.cookies.values()][0] ?? '';

  expect((await visitor.exchange(attempt, proofKey.codeVerifier)).status).toBe(400);

  const { grant } = await visitor.obtainGrant();
  visitor.cookies.set('alpaca.sid', grant);
  expect(await (await visitor.call('/connections')).json()).toMatchObject({ connections: [] });
  expect((await visitor.call('/paper/v2/account')).status).toBe(401);
  expect(stage.simulator.control.tokenCalls).toBe(0);
});
