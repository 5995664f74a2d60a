import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { callWith } from '../caller.ts';
import { CHALLENGE, decide, getCode, openAuthorize, postToken, target, VERIFIER } from '../give-consent.ts';

const PKCE = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
const INVALID_GRANT = { code: 40010000, message: 'invalid_grant' };
const INVALID_CLIENT = { code: 40110000, message: 'invalid_client' };

let simulator: Simulator;
beforeAll(async () => {
  const other = { ...SIMULATOR_CLIENT, clientId: 'e'.repeat(32), clientSecret: 'o'.repeat(40) };
  simulator = await startSimulator({ clients: [SIMULATOR_CLIENT, other] });
});
afterAll(() => simulator.close());

describe('POST /oauth/token', () => {
  it('answers a bearer token with the granted scope and no expiry', async () => {
    const answer = await postToken(simulator, await getCode(simulator));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f-]{36}$/),
      token_type: 'bearer',
      scope: 'trading data',
    });
  });

  it('covers a paper and a live account with one token when both were chosen', async () => {
    const answer = await postToken(simulator, await getCode(simulator, { env: undefined }));
    const call = callWith(simulator, ((await answer.json()) as { access_token: string }).access_token);
    const paper = await call('GET /paper/v2/account');
    const live = await call('GET /live/v2/account');
    expect(paper.body).toMatchObject({ account_number: expect.stringMatching(/^PA/) });
    expect(live.body).toMatchObject({ account_number: expect.not.stringMatching(/^PA/) });
  });

  it('covers the account that was chosen, not the first one', async () => {
    const page = await openAuthorize(simulator);
    const second = [...(await page.clone().text()).matchAll(/name="paper" value="([^"]+)"/g)][1]?.[1];
    const code = target(await decide(simulator, page, 'allow', { paper: second })).searchParams.get('code');
    const answer = await postToken(simulator, code ?? '');
    const call = callWith(simulator, ((await answer.json()) as { access_token: string }).access_token);
    expect((await call('GET /paper/v2/account')).body).toMatchObject({ id: second });
  });

  it('answers a JSON body with invalid_client, as Alpaca does', async () => {
    const answer = await fetch(simulator.tokenUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        code: await getCode(simulator),
        client_id: SIMULATOR_CLIENT.clientId,
        client_secret: SIMULATOR_CLIENT.clientSecret,
      }),
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual(INVALID_CLIENT);
  });

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['no secret', { client_secret: undefined }],
    ['an unknown client', { client_id: '0'.repeat(32) }],
  ])('answers %s with invalid_client and leaves the code usable', async (_name, changes) => {
    const code = await getCode(simulator);
    const answer = await postToken(simulator, code, changes);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual(INVALID_CLIENT);
    expect((await postToken(simulator, code)).status).toBe(200);
  });

  it('refuses another grant type', async () => {
    const answer = await postToken(simulator, await getCode(simulator), { grant_type: 'client_credentials' });
    expect(await answer.json()).toEqual({ code: 40010000, message: 'unsupported_grant_type' });
  });

  it.each([
    ['an unknown code', { code: 'unknown' }],
    ['another redirect URI', { redirect_uri: 'http://localhost:3000/other' }],
    ['another client', { client_id: 'e'.repeat(32), client_secret: 'o'.repeat(40) }],
  ])('answers invalid_grant for %s', async (_name, changes) => {
    const answer = await postToken(simulator, await getCode(simulator), changes);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual(INVALID_GRANT);
  });

  it('accepts a code with the verifier of its challenge', async () => {
    const answer = await postToken(simulator, await getCode(simulator, PKCE), { code_verifier: VERIFIER });
    expect(answer.status).toBe(200);
  });

  it('logs whether PKCE was sent, and never a query', async () => {
    simulator.control.reset();
    await postToken(simulator, await getCode(simulator, PKCE), { code_verifier: VERIFIER });
    await postToken(simulator, await getCode(simulator));
    expect(simulator.control.tokenCalls).toBe(2);
    expect(simulator.control.requests.map(({ method, path, pkce }) => [method, path, pkce])).toEqual([
      ['GET', '/oauth/authorize', true],
      ['POST', '/oauth/authorize', false],
      ['POST', '/oauth/token', true],
      ['GET', '/oauth/authorize', false],
      ['POST', '/oauth/authorize', false],
      ['POST', '/oauth/token', false],
    ]);
  });

  // Somebody saw the code in a log or a history and races the app for it. The code must buy one token, not two.
  it('gives one token for a code that is posted twenty times at once', async () => {
    const code = await getCode(simulator);
    const answers = await Promise.all(Array.from({ length: 20 }, () => postToken(simulator, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
  });

  // Somebody stole a code that was bound to a challenge, or injects their own code into an app that sends a verifier.
  // Neither the missing proof nor the proof of something else may pass, and a wrong guess spends the code.
  it.each([
    ['no verifier', PKCE, undefined],
    ['a wrong verifier', PKCE, 'w'.repeat(43)],
    ['a verifier where no challenge was', {}, VERIFIER],
  ])('answers invalid_grant for %s and spends the code', async (_name, asked, verifier) => {
    const code = await getCode(simulator, asked);
    expect(await (await postToken(simulator, code, { code_verifier: verifier })).json()).toEqual(
      INVALID_GRANT,
    );
    const sound = 'code_challenge' in asked ? { code_verifier: VERIFIER } : {};
    expect((await postToken(simulator, code, sound)).status).toBe(400);
  });
});
