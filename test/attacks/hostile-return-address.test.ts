import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

function launch(visitor: Visitor, returnTo: string, codeChallenge: string): Promise<Response> {
  return visitor.leave({ return_to: returnTo, code_challenge: codeChallenge });
}

/*
 * Somebody sends the victim a link into redirect mode that returns to a page of the sender's own, behind an address that
 * only looks like one of ours. The server would be an open redirect, and the sender would get the grant.
 */
it.each([
  () => 'https://evil.example/',
  () => `https://${new URL(stage.url).host}@evil.example/`,
  () => `${stage.url}.evil.example/`,
  () => `${stage.url}@evil.example/`,
  () => `https://evil.example#${stage.url}/`,
  () => `https://evil.example?${stage.url}/`,
  () => '//evil.example/',
  () => '/\\evil.example',
  () => 'javascript:alert(1)',
  () => 'data:text/html,x',
  () => 'null',
  () => '',
  // Of our own origin, but no page that the owner listed: this is where open redirects are.
  () => `${stage.url}/out?to=https://evil.example/`,
  () => `${stage.url}/?to=https://evil.example/`,
  () => `${stage.url}/?`,
  () => `${stage.url}/#`,
  () => `${stage.url}`,
  () => `${stage.url}//`,
  () => `${stage.url}/.`,
  () => `${stage.url}/%2e`,
  () => `${stage.url}/out/..`,
  () => `${stage.url}\\`,
  () => `${stage.url.toUpperCase()}/`,
  () => `${stage.url}/ `,
  () => ` ${stage.url}/`,
  () => `${stage.url}/,${stage.foreignUrl}/`,
])('GET /launch?mode=redirect refuses the return address of attack %#', async (returnTo) => {
  const visitor = new Visitor(stage);
  const answer = await launch(visitor, returnTo(), Visitor.proofKey().codeChallenge);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('location')).toBeNull();
  expect(visitor.cookies.size).toBe(0);
  expect(await answer.text()).not.toContain('evil.example');
});

/*
 * Somebody sends the victim a link into redirect mode with a challenge of the sender's own, hoping to use the grant of
 * the victim's consent elsewhere. It comes back to our page only, and another origin may not exchange it.
 */
it('a grant of redirect mode is worth nothing on another page, even to whoever knows the verifier', async () => {
  const victim = new Visitor(stage);
  const { codeVerifier, codeChallenge } = Visitor.proofKey();
  const authorize = (await launch(victim, `${stage.url}/`, codeChallenge)).headers.get('location') ?? '';
  const callback = await victim.visit(await victim.decide(authorize));
  const grant = (callback.headers.get('location') ?? '').split('#alpaca-connect=')[1] ?? '';

  const sender = new Visitor(stage, { origin: stage.foreignUrl });
  const answer = await sender.exchange(grant, codeVerifier);
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ code: 'origin_not_allowed' });
});

/*
 * Somebody consents with an account of their own and sends the victim a link that ends in the grant. A page that took it
 * would let the victim trade in a stranger's account.
 */
it('a grant of redirect mode is worth nothing to a tab with another verifier', async () => {
  const sender = new Visitor(stage);
  const authorize = (await launch(sender, `${stage.url}/`, Visitor.proofKey().codeChallenge)).headers.get(
    'location',
  );
  const callback = await sender.visit(await sender.decide(authorize ?? ''));
  const grant = (callback.headers.get('location') ?? '').split('#alpaca-connect=')[1] ?? '';

  const answer = await new Visitor(stage).exchange(grant, Visitor.proofKey().codeVerifier);
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ code: 'exchange_failed' });
});
