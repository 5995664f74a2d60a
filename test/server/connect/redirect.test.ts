import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage, type StageOptions } from '../../stage.ts';
import { type ProofKey, Visitor } from '../../visitor.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

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
  const authorize = locationOf(await visitor.leave(parameters));
  const callback = await visitor.visit(await visitor.decide(authorize, decision));
  return { ...proofKey, grant: grantOn(returnTo, locationOf(callback)) };
}

describe('redirect mode', () => {
  it.each(['url', 'foreignUrl'] as const)('connects a page of %s', async (site) => {
    const visitor = new Visitor(stage, { origin: stage[site] });
    const { grant, codeVerifier } = await obtainGrant(visitor, `${stage[site]}/`);
    const answer = await visitor.exchange(grant, codeVerifier);
    expect(answer.status).toBe(201);
    const { connections } = await visitor.list();
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
    const { searchParams } = new URL(locationOf(await new Visitor(stage).leave(parameters)));
    expect(Object.fromEntries(searchParams)).toMatchObject({
      env: 'live',
      scope: 'trading data',
      code_challenge: parameters.code_challenge,
    });
  });

  it('logs the hash of the text that the person agreed to', async () => {
    const disclosure = 'cmVkaXJlY3QtbW9kZS10ZXh0LXRoYXQtd2FzLXNlZW4';
    const { codeChallenge } = Visitor.proofKey();
    const parameters = { return_to: `${stage.url}/`, code_challenge: codeChallenge, disclosure };
    locationOf(await new Visitor(stage).leave(parameters));
    const [line = '{}'] = stage
      .logged()
      .split('\n')
      .filter((each) => each.includes(disclosure));
    expect(JSON.parse(line)).toMatchObject({ event: 'attempt_started', mode: 'redirect', disclosure });
  });

  it('brings a refusal at Alpaca back to the page, for the element to tell', async () => {
    const visitor = new Visitor(stage);
    const { grant, codeVerifier } = await obtainGrant(visitor, `${stage.url}/`, 'deny');
    const answer = await visitor.exchange(grant, codeVerifier);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'access_denied' });
  });

  it.each<[string, Record<string, string>, StageOptions['environment'], string]>([
    ['live accounts', { environment: 'live' }, { ALPACA_ENVIRONMENTS: 'paper' }, 'live_not_allowed'],
    ['a permission', { scope: 'trading' }, { ALPACA_SCOPES: 'data' }, 'config_invalid'],
  ])('tells on the page that this server does not offer %s', async (_, wanted, environment, code) => {
    await using strict = await openStage({ environment: environment ?? {} });
    const visitor = new Visitor(strict);
    const { codeVerifier, codeChallenge } = Visitor.proofKey();
    const returnTo = `${strict.url}/`;
    const parameters = { ...wanted, return_to: returnTo, code_challenge: codeChallenge };
    const grant = grantOn(returnTo, locationOf(await visitor.leave(parameters)));
    expect(visitor.cookies.size).toBe(0);
    const answer = await visitor.exchange(grant, codeVerifier);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code });
  });

  it.each([
    ['an environment that there is not', { environment: 'demo' }],
    ['a challenge of another shape', { code_challenge: 'short' }],
    ['an endless scope', { scope: 'x'.repeat(201) }],
    ['a disclosure that is no hash', { disclosure: 'By allowing Test Desk' }],
  ])('starts nothing with %s, and says so in words', async (_, wrong) => {
    const { codeChallenge } = Visitor.proofKey();
    const visitor = new Visitor(stage);
    const parameters = { return_to: `${stage.url}/`, code_challenge: codeChallenge, ...wrong };
    const answer = await visitor.leave(parameters);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(visitor.cookies.size).toBe(0);
    expect(await answer.text()).toContain('Go back to the website');
  });

  it('keeps a browser whose attempts fill its cookies able to connect', async () => {
    const path = '/'.padEnd(1_870, 'a');
    await using wide = await openStage({ returnPaths: [path] });
    const visitor = new Visitor(wide);
    const returnTo = wide.url + path;
    let authorize = '';
    const { codeVerifier, codeChallenge } = Visitor.proofKey();
    for (const _ of Array(12)) {
      authorize = locationOf(await visitor.leave({ return_to: returnTo, code_challenge: codeChallenge }));
      const cookies = [...visitor.cookies].flat();
      expect(cookies.join('').length).toBeLessThan(14_000);
      for (const cookie of visitor.cookies) expect(cookie.join('=').length).toBeLessThan(4_000);
    }
    const callback = await visitor.visit(await visitor.decide(authorize));
    const grant = grantOn(returnTo, locationOf(callback));
    expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);
  });
});

describe('GET /launch?mode=redirect', () => {
  const terms = (returnTo: string) => ({
    return_to: returnTo,
    code_challenge: Visitor.proofKey().codeChallenge,
  });

  async function expectRefused(visitor: Visitor, answer: Response): Promise<void> {
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(visitor.cookies.size).toBe(0);
  }

  it.each<[string, () => Record<string, string>]>([
    ['comes from nowhere', () => ({ Referer: '' })],
    ['comes from another website', () => ({ Referer: 'https://evil.example/' })],
    ['comes from another origin on the allow-list', () => ({ Referer: `${stage.foreignUrl}/` })],
    ['comes from an address that only looks alike', () => ({ Referer: `${stage.url}.evil.example/` })],
    ['was typed', () => ({ Referer: '', 'Sec-Fetch-Site': 'none' })],
    ['went through another site', () => ({ 'Sec-Fetch-Site': 'cross-site' })],
  ])('tells the person so, and starts nothing, when a request %s', async (_, headers) => {
    const visitor = new Visitor(stage);
    const answer = await visitor.leave(terms(`${stage.url}/`), headers());
    await expectRefused(visitor, answer);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
  });

  it.each<[string, () => Record<string, string>]>([
    ['is a prefetch', () => ({ 'Sec-Purpose': 'prefetch' })],
    ['is a prerender', () => ({ 'Sec-Purpose': 'prefetch;prerender' })],
    ['is a prefetch of an older browser', () => ({ Purpose: 'prefetch' })],
    ['is a prefetch of Firefox', () => ({ 'X-Moz': 'prefetch' })],
  ])('starts nothing for a request that %s', async (_, headers) => {
    const visitor = new Visitor(stage);
    await expectRefused(visitor, await visitor.leave(terms(`${stage.url}/`), headers()));
  });

  it('says in words what to do', async () => {
    const visitor = new Visitor(stage);
    const answer = await visitor.leave(terms(`${stage.url}/`), { Referer: 'https://evil.example/' });
    expect(await answer.text()).toContain('works only from the connect button of its website');
    expect(stage.logged()).toContain('"reason":"began_elsewhere"');
  });

  it('starts for a page that says where it is with its whole address, and for a browser without Fetch Metadata', async () => {
    const visitor = new Visitor(stage);
    const { codeChallenge } = Visitor.proofKey();
    const query = new URLSearchParams({
      mode: 'redirect',
      environment: 'paper',
      return_to: `${stage.url}/`,
      code_challenge: codeChallenge,
    });
    const answer = await fetch(`${stage.url}/alpaca/launch?${query}`, {
      headers: { Referer: `${stage.url}/some/where?else=1` },
      redirect: 'manual',
    });
    locationOf(answer);
    locationOf(await visitor.leave(terms(`${stage.url}/`), { Referer: `${stage.url}/some/where?else=1` }));
  });

  it('is off where no page is listed', async () => {
    await using closed = await openStage({ environment: { RETURN_PAGES: '' } });
    const visitor = new Visitor(closed);
    const answer = await visitor.leave(terms(`${closed.url}/`));
    await expectRefused(visitor, answer);
    expect(await answer.text()).toContain('RETURN_PAGES');
  });
});

describe('GET /connections', () => {
  it.each(['url', 'neighbourUrl', 'foreignUrl'] as const)('tells %s its own pages only', async (site) => {
    const visitor = new Visitor(stage, { origin: stage[site] });
    const { returnPages } = await visitor.list();
    expect(returnPages).toEqual([`${stage[site]}/`]);
  });
});
