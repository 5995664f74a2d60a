import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BrokerStage, exchange, openBrokerStage, Person, proofKey } from './broker-stage.ts';

let stage: BrokerStage;
beforeAll(async () => {
  stage = await openBrokerStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

it('a person who allows it sends the app back with a code, state and issuer, and the app gets a token that works', async () => {
  const { verifier, challenge } = proofKey();
  const person = new Person(stage);
  const page = await person.authorize({
    state: 'a b',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  expect(page.status).toBe(200);
  const answer = await person.decide(await page.text(), 'allow');
  expect(answer.status).toBe(303);
  const back = new URL(answer.headers.get('location') ?? '');
  expect(back.origin + back.pathname).toBe('https://trading-app.example/callback');
  expect(back.searchParams.get('state')).toBe('a b');
  expect(back.searchParams.get('iss')).toBe(stage.issuer);
  const token = await exchange(stage, { code: back.searchParams.get('code') ?? '', code_verifier: verifier });
  expect(token.status).toBe(200);
  expect(token.headers.get('cache-control')).toBe('no-store');
  const body = (await token.json()) as { access_token: string };
  expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', scope: 'general' });
  const account = await fetch(`${stage.simulator.liveUrl}/v2/account`, {
    headers: { Authorization: `Bearer ${body.access_token}` },
  });
  expect(account.status).toBe(200);
});
