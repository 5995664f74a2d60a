import { expect, it } from 'vitest';
import { openBrokerStage, Person, proofKey } from '../server/broker/broker-stage.ts';

const PROOF = { code_challenge: proofKey().challenge, code_challenge_method: 'S256' };

/*
 * A person opens the page that asks and signs out, or somebody else signs in, in another tab. The button of the old page must not
 * allow anything, neither for the one nor for the other.
 */
it.each([
  ['nobody', ''],
  ['somebody else', 'noah'],
])('Allow counts for nothing when %s is signed in by then', async (_who, user) => {
  await using stage = await openBrokerStage();
  const person = new Person(stage);
  const page = await (await person.authorize(PROOF)).text();
  person.user = user;
  const answer = await person.decide(page, 'allow');
  expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
  // It was not their page to use up.
  person.user = 'mia';
  expect((await person.decide(page, 'allow')).status).toBe(303);
});
