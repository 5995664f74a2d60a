import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionsAnswer } from '../../../server/contract.ts';
import { openStage, type Stage, type StageOptions } from '../../stage.ts';
import { type ProofKey, Visitor } from '../../visitor.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

interface Launch {
  environment?: string;
  scope?: string;
  return_to?: string;
  code_challenge?: string;
}

/** The navigation with which the element leaves its page. */
function launch(at: Stage, visitor: Visitor, parameters: Launch): Promise<Response> {
  const query = new URLSearchParams({ mode: 'redirect', environment: 'paper', ...parameters });
  return visitor.visit(`${at.url}/alpaca/launch?${query}`);
}

function locationOf(answer: Response): string {
  expect(answer.status).toBe(303);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  return answer.headers.get('location') ?? '';
}

/** The grant that comes back to this page, and nothing else. */
function grantOn(returnTo: string, address: string): string {
  const [before, grant = ''] = address.split('#alpaca-connect=');
  expect(before).toBe(returnTo);
  expect(grant).toMatch(/^[\w-]{100,}$/);
  return grant;
}

async function obtainGrant(
  visitor: Visitor,
  returnTo: string,
  decision: 'allow' | 'deny' = 'allow',
): Promise<ProofKey & { grant: string }> {
  const proofKey = Visitor.proofKey();
  const parameters = { return_to: returnTo, code_challenge: proofKey.codeChallenge };
  const authorize = locationOf(await launch(stage, visitor, parameters));
  const callback = await visitor.visit(await visitor.decide(authorize, decision));
  return { ...proofKey, grant: grantOn(returnTo, locationOf(callback)) };
}

describe('redirect mode', () => {
  it.each(['url', 'foreignUrl'] as const)('connects a page of %s', async (site) => {
    const visitor = new Visitor(stage, { origin: stage[site] });
    const { grant, codeVerifier } = await obtainGrant(visitor, `${stage[site]}/portfolio?tab=1`);
    const answer = await visitor.exchange(grant, codeVerifier);
    expect(answer.status).toBe(201);
    const { connections } = (await (await visitor.call('/connections')).json()) as ConnectionsAnswer;
    expect(connections).toHaveLength(1);
    expect(visitor.cookies.size).toBe(1);
  });

  it('asks Alpaca for what the element asked for', async () => {
    const parameters = {
      environment: 'live',
      scope: 'trading  data trading',
      return_to: `${stage.url}/`,
      code_challenge: Visitor.proofKey().codeChallenge,
    };
    const { searchParams } = new URL(locationOf(await launch(stage, new Visitor(stage), parameters)));
    expect(Object.fromEntries(searchParams)).toMatchObject({
      env: 'live',
      scope: 'trading data',
      code_challenge: parameters.code_challenge,
    });
  });

  it('brings a refusal at Alpaca back to the page, for the element to tell', async () => {
    const visitor = new Visitor(stage);
    const { grant, codeVerifier } = await obtainGrant(visitor, `${stage.url}/`, 'deny');
    const answer = await visitor.exchange(grant, codeVerifier);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'access_denied' });
  });

  it.each<[string, Launch, StageOptions['environment'], string]>([
    ['live accounts', { environment: 'live' }, { ALPACA_ENVIRONMENTS: 'paper' }, 'live_not_allowed'],
    ['a permission', { scope: 'trading' }, { ALPACA_SCOPES: 'data' }, 'config_invalid'],
  ])('tells on the page that this server does not offer %s', async (_, wanted, environment, code) => {
    await using strict = await openStage({ environment: environment ?? {} });
    const visitor = new Visitor(strict);
    const { codeVerifier, codeChallenge } = Visitor.proofKey();
    const returnTo = `${strict.url}/`;
    const parameters = { ...wanted, return_to: returnTo, code_challenge: codeChallenge };
    const grant = grantOn(returnTo, locationOf(await launch(strict, visitor, parameters)));
    expect(visitor.cookies.size).toBe(0);
    const answer = await visitor.exchange(grant, codeVerifier);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code });
  });

  it.each([
    ['an environment that there is not', { environment: 'demo' }],
    ['a challenge of another shape', { code_challenge: 'short' }],
    ['an endless scope', { scope: 'x'.repeat(201) }],
  ])('starts nothing with %s, and says so in words', async (_, wrong) => {
    const { codeChallenge } = Visitor.proofKey();
    const visitor = new Visitor(stage);
    const parameters = { return_to: `${stage.url}/`, code_challenge: codeChallenge, ...wrong };
    const answer = await launch(stage, visitor, parameters);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(visitor.cookies.size).toBe(0);
    expect(await answer.text()).toContain('Go back to the website');
  });

  it('keeps a browser whose attempts fill its cookies able to connect', async () => {
    const visitor = new Visitor(stage);
    const returnTo = `${stage.url}/`.padEnd(2_000, 'a');
    for (const _ of Array(12)) {
      const parameters = { return_to: returnTo, code_challenge: Visitor.proofKey().codeChallenge };
      locationOf(await launch(stage, visitor, parameters));
      const cookies = [...visitor.cookies].flat();
      expect(cookies.join('').length).toBeLessThan(14_000);
      for (const cookie of visitor.cookies) expect(cookie.join('=').length).toBeLessThan(4_000);
    }
    const { grant, codeVerifier } = await obtainGrant(visitor, returnTo);
    expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);
  });
});
