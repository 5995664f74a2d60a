import { expect, it } from 'vitest';
import { openBrokerStage, Person, proofKey } from '../server/broker/broker-stage.ts';

const PROOF = { code_challenge: proofKey().challenge, code_challenge_method: 'S256' };

/*
 * The form of consent is recorded and sent again, or sent twenty times at once, for more codes than the person allowed.
 */
it('a page is decided once, however often and at once its form is sent', async () => {
  await using stage = await openBrokerStage();
  const person = new Person(stage);
  const page = await (await person.authorize(PROOF)).text();
  const answers = await Promise.all(Array.from({ length: 20 }, () => person.decide(page, 'allow')));
  const codes = answers.filter((answer) => /[?&]code=/.test(answer.headers.get('location') ?? ''));
  expect(codes).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
  expect((await person.decide(page, 'allow')).status).toBe(400);
});

it('a ticket of nobody, and one that is too old, gives no page', async () => {
  await using stage = await openBrokerStage({ options: { ticketLifetime: 1 } });
  const person = new Person(stage);
  const page = await (await person.authorize(PROOF)).text();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await person.decide(page, 'allow')).status).toBe(400);
  for (const ticket of ['x'.repeat(43), 'x', '../..', `${'x'.repeat(43)}:decided`]) {
    expect((await person.get(`/oauth/authorize?ticket=${encodeURIComponent(ticket)}`)).status).toBe(400);
  }
});
