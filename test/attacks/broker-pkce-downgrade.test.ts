import { expect, it } from 'vitest';
import { APP, exchange, openBrokerStage, Person, proofKey } from '../server/broker/broker-stage.ts';

/*
 * An attacker in the middle of the redirect takes the challenge out of the request, or makes it a plain one, to use the code without
 * the verifier, or to have the app's own verifier pass for nothing (RFC 9700 section 4.8.2).
 */
it('a challenge cannot be taken out of a request, nor be left unproved', async () => {
  await using stage = await openBrokerStage({
    options: { clients: { [APP.clientId]: { pkce: 'optional' } } },
  });
  const { verifier, challenge } = proofKey();
  const person = new Person(stage);
  const codeOf = async (parameters: Record<string, string>) =>
    (await person.allow(parameters)).searchParams.get('code') ?? '';
  const proof = { code_challenge: challenge, code_challenge_method: 'S256' };

  const withoutChallenge = await codeOf({});
  expect((await exchange(stage, { code: withoutChallenge, code_verifier: verifier })).status).toBe(400);
  const unproved = await codeOf(proof);
  expect((await exchange(stage, { code: unproved })).status).toBe(400);
  const emptyProof = await codeOf(proof);
  expect((await exchange(stage, { code: emptyProof, code_verifier: '' })).status).toBe(400);
  expect((await exchange(stage, { code: await codeOf(proof), code_verifier: verifier })).status).toBe(200);

  const { code_challenge_method: _, ...methodless } = proof;
  for (const parameters of [
    { ...proof, code_challenge_method: 'plain' },
    methodless,
    { code_challenge_method: 'S256' },
  ]) {
    const answer = await person.authorize(parameters);
    expect(answer.headers.get('location')).toContain('error=invalid_request');
  }
});

it('an app that has to use PKCE cannot do without', async () => {
  await using stage = await openBrokerStage();
  const answer = await new Person(stage).authorize({});
  expect(answer.headers.get('location')).toContain('error=invalid_request');
});
