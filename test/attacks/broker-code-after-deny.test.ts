import { expect, it } from 'vitest';
import { openBrokerStage, Person, proofKey } from '../server/broker/broker-stage.ts';

/*
 * A person presses Deny. Whoever has the page, in another tab, by the back button or as a recorded form, must not get a code out of it.
 */
it('after Deny, nothing of the page gives a code', async () => {
  await using stage = await openBrokerStage();
  const person = new Person(stage);
  const proof = { code_challenge: proofKey().challenge, code_challenge_method: 'S256' };
  const page = await (await person.authorize(proof)).text();
  const denied = await person.decide(page, 'deny');
  expect(denied.headers.get('location')).toContain('error=access_denied');
  expect(denied.headers.get('location')).not.toMatch(/[?&]code=/);
  const allowed = await person.decide(page, 'allow');
  expect([allowed.status, allowed.headers.get('location')]).toEqual([400, null]);
  const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1];
  expect((await person.get(`/oauth/authorize?ticket=${ticket}`)).status).toBe(400);
});
