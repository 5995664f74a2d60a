import { expect, it } from 'vitest';
import type { AttemptAnswer } from '../../../server/contract.ts';
import { openStage, type Stage } from '../../stage.ts';
import { callbackData, Visitor } from '../../visitor.ts';

/** An attempt for paper whose authorization URL was changed on the way to Alpaca, up to its exchange. */
async function connectWith(stage: Stage, change: (url: URL) => void, more = ''): Promise<Response> {
  const visitor = new Visitor(stage);
  const { codeVerifier, codeChallenge } = Visitor.proofKey();
  const { authorizationUrl } = (await (
    await visitor.startAttempt({ codeChallenge })
  ).json()) as AttemptAnswer;
  const url = new URL(authorizationUrl);
  change(url);
  const callback = await visitor.decide(url.href);
  const { grant } = await callbackData(await visitor.visit(callback + more));
  return visitor.exchange(grant, codeVerifier);
}

/*
 * What one provider, or one environment, was asked is answered by another, and the client takes it (Auth.js
 * GHSA-x445-f3h2-j279: the check cookie was not bound to the provider). A paper attempt must never end in a live connection.
 */
it('an attempt for paper connects no live account, whatever Alpaca was asked on the way', async () => {
  await using stage = await openStage();
  const live = await connectWith(stage, (url) => url.searchParams.set('env', 'live'));
  expect(live.status).toBe(424);
  expect(await live.json()).toMatchObject({ code: 'exchange_failed' });

  const both = await connectWith(stage, (url) => url.searchParams.delete('env'));
  expect(await both.json()).toMatchObject({ environment: 'paper' });
  const named = await connectWith(stage, () => {}, '&env=live&environment=live&scope=live');
  expect(await named.json()).toMatchObject({ environment: 'paper' });
  expect(stage.simulator.control.requests.filter(({ path }) => path.startsWith('/live'))).toEqual([]);
});
