import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttemptAnswer } from '../../server/contract.ts';
import { openStage, type Stage } from '../stage.ts';
import { callbackData, Visitor } from '../visitor.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

/** What the attacker posts from a machine of their own, with every header that a page of this origin would send. */
function forgedExchange(origin: string, site: string, code: string, codeVerifier: string): Promise<Response> {
  return fetch(`${stage.url}/alpaca/connections`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Alpaca-Connect': '1',
      'Sec-Fetch-Site': site,
      Origin: origin,
      Referer: `${origin}/`,
    },
    body: JSON.stringify({ code, codeVerifier }),
  });
}

/*
 * A page off the allow-list sends a person into redirect mode with the attacker's own challenge, to return to an address of
 * an allowed site that redirects on. Browsers carry the grant in the fragment along; the attacker posts it with the verifier
 * from anywhere, every header forged, and trades on the person's account.
 */
describe('the takeover by an open redirect', () => {
  it.each([
    ['the allowed site', () => `${stage.neighbourUrl}/out?to=https://evil.example/`],
    ['the allowed site, its listed page', () => `${stage.neighbourUrl}/?to=https://evil.example/`],
    ['another allowed site', () => `${stage.foreignUrl}/out?to=https://evil.example/`],
    ['the server’s own origin', () => `${stage.url}/out?to=https://evil.example/`],
  ])('of %s never begins', async (_, returnTo) => {
    const { codeChallenge } = Visitor.proofKey();
    for (const Referer of ['https://evil.example/', `${new URL(returnTo()).origin}/`]) {
      const victim = new Visitor(stage);
      const answer = await victim.leave(
        { return_to: returnTo(), code_challenge: codeChallenge },
        { Referer },
      );
      expect(answer.status).toBe(400);
      expect(answer.headers.get('location')).toBeNull();
      expect(victim.cookies.size).toBe(0);
    }
  });

  it('does not begin on a page off the allow-list, though it returns to a listed page', async () => {
    const victim = new Visitor(stage);
    const terms = { return_to: `${stage.url}/`, code_challenge: Visitor.proofKey().codeChallenge };
    for (const headers of [
      { Referer: 'https://evil.example/', 'Sec-Fetch-Site': 'cross-site' },
      { Referer: '', 'Sec-Fetch-Site': 'cross-site' },
      { Referer: '', 'Sec-Fetch-Site': 'none' },
    ]) {
      expect((await victim.leave(terms, headers)).status).toBe(400);
    }
    expect(victim.cookies.size).toBe(0);
  });
});

/*
 * Should a grant leak after all, by a listed page that redirects or an extension that reads addresses, it must be worth
 * nothing in another browser, wherever page and server are of one site. That they are was settled in the victim's browser.
 */
describe('a grant that leaked, with its verifier', () => {
  async function leak(
    origin: string,
    headers: Record<string, string>,
  ): Promise<[grant: string, verifier: string]> {
    const victim = new Visitor(stage, { origin });
    const { codeVerifier, codeChallenge } = Visitor.proofKey();
    const launched = await victim.leave({ return_to: `${origin}/`, code_challenge: codeChallenge }, headers);
    const callback = await victim.visit(await victim.decide(launched.headers.get('location') ?? ''));
    return [(callback.headers.get('location') ?? '').split('#alpaca-connect=')[1] ?? '', codeVerifier];
  }

  it.each([
    ['the server’s own origin', () => stage.url, { 'Sec-Fetch-Site': 'same-origin' }],
    ['another origin of its site', () => stage.neighbourUrl, { 'Sec-Fetch-Site': 'same-site' }],
  ])(
    'of redirect mode on %s is worth nothing elsewhere, whatever the headers',
    async (_, origin, headers) => {
      const before = stage.simulator.control.tokenCalls;
      const [grant, verifier] = await leak(origin(), headers);
      expect(grant).toMatch(/^[\w-]{100,}$/);
      for (const site of ['same-origin', 'same-site', 'cross-site']) {
        const answer = await forgedExchange(origin(), site, grant, verifier);
        expect(answer.status).toBe(403);
        expect(answer.headers.getSetCookie()).toEqual([]);
        expect(await answer.json()).toMatchObject({ code: 'cookies_blocked' });
      }
      expect(stage.simulator.control.tokenCalls).toBe(before);
    },
  );

  it('of a popup on the server’s site is worth nothing elsewhere, not even with the cookie of another attempt', async () => {
    for (const [origin, sameSite] of [
      [stage.url, undefined],
      [stage.url, false],
      [stage.neighbourUrl, true],
    ] as const) {
      const victim = new Visitor(stage, { origin });
      const { grant, codeVerifier } = await victim.obtainGrant(sameSite === undefined ? {} : { sameSite });
      expect((await forgedExchange(origin, 'same-origin', grant, codeVerifier)).status).toBe(403);

      const attacker = new Visitor(stage, { origin });
      await attacker.startAttempt(Visitor.proofKey());
      const [name, value] = [...attacker.cookies][0] ?? [];
      attacker.cookies.set([...victim.cookies.keys()][0] ?? '', value ?? '');
      expect(attacker.cookies.size).toBe(2);
      expect(name).not.toBe([...victim.cookies.keys()][0]);
      expect((await attacker.exchange(grant, codeVerifier)).status).toBe(403);
      expect((await victim.exchange(grant, codeVerifier)).status).toBe(201);
    }
  });

  it('cannot be had from a page of this site by way of another one, which would hide that they are one site', async () => {
    // A link on the allowed page to a redirector elsewhere: the Referer stays, but the browser says cross-site.
    const victim = new Visitor(stage, { origin: stage.neighbourUrl });
    const terms = { return_to: `${stage.neighbourUrl}/`, code_challenge: Visitor.proofKey().codeChallenge };
    expect((await victim.leave(terms, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(400);
    expect(victim.cookies.size).toBe(0);
  });

  it('of another site is worth nothing at another origin, and without its verifier', async () => {
    const [grant] = await leak(stage.foreignUrl, { 'Sec-Fetch-Site': 'cross-site' });
    const { codeVerifier } = Visitor.proofKey();
    expect((await forgedExchange(stage.foreignUrl, 'cross-site', grant, codeVerifier)).status).toBe(403);
  });
});

/*
 * The attacker starts the attempt on a machine of their own, saying that page and server are of different sites, and has
 * only the consent given in the victim's browser.
 */
it('an attempt that the attacker started ends in no grant in the victim’s browser', async () => {
  const attacker = new Visitor(stage);
  const started = await attacker.startAttempt(Visitor.proofKey(), {
    origin: stage.neighbourUrl,
    sameSite: false,
  });
  const { authorizationUrl } = (await started.json()) as AttemptAnswer;
  const victim = new Visitor(stage);
  const answer = await victim.visit(await victim.decide(authorizationUrl));
  expect(answer.status).toBe(400);
  await expect(callbackData(answer)).rejects.toThrow('without data');
});
