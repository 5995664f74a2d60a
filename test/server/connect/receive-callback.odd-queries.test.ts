import { expect, it } from 'vitest';
import type { AttemptAnswer } from '../../../server/contract.ts';
import { openStage } from '../../stage.ts';
import { callbackData, Visitor } from '../../visitor.ts';

async function callbackWith(query: string) {
  const stage = await openStage();
  try {
    const visitor = new Visitor(stage);
    const attempt = (await (await visitor.startAttempt(Visitor.proofKey())).json()) as AttemptAnswer;
    return await callbackData(
      await visitor.visit(`${stage.url}/alpaca/callback?state=${attempt.state}&${query}`),
    );
  } finally {
    await stage[Symbol.asyncDispose]();
  }
}

it('GET /callback ends the attempt when the description of a refusal holds a line break', async () => {
  expect((await callbackWith('error=access_denied&error_description=a%0Ab')).error?.code).toBe(
    'access_denied',
  );
});

it('GET /callback seals no code when the answer holds two', async () => {
  expect((await callbackWith('code=one&code=two')).error?.code).toBe('provider_error');
});
