import { describe, expect, it } from 'vitest';
import { newGrant, openGrant, sealGrant } from '../../../server/connect/grant.ts';
import { steadyNow } from '../../../server/session/steady-clock.ts';
import { openStage, type Stage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

function grantFor(stage: Stage, { origin = stage.url } = {}): { codeVerifier: string; grant: string } {
  const { codeVerifier, codeChallenge } = Visitor.proofKey();
  const attempt = {
    state: 'a state',
    codeChallenge,
    environment: 'paper' as const,
    scope: '',
    origin,
    redirectUri: `${origin}/alpaca/callback`,
    sameSite: false,
    expires: Date.now() + 60_000,
  };
  return { codeVerifier, grant: sealGrant(stage.service.sealer, newGrant(attempt, { code: 'a code' })) };
}

describe('POST /connections', () => {
  it('refuses a body of any other shape before it opens anything', async () => {
    await using stage = await openStage();
    const { codeVerifier, grant } = grantFor(stage);
    const bodies = [
      {},
      { code: grant },
      { code: '', codeVerifier },
      { code: 'c'.repeat(8_193), codeVerifier },
      { code: [grant], codeVerifier },
      { code: grant, codeVerifier: codeVerifier.slice(1) },
      { code: grant, codeVerifier: 'v'.repeat(129) },
      { code: grant, codeVerifier: `${codeVerifier.slice(1)}/` },
      { code: grant, codeVerifier: [codeVerifier] },
      { code: grant, codeVerifier, environment: 'live' },
    ];
    for (const body of bodies) {
      const answer = await new Visitor(stage).call('/connections', { method: 'POST', body });
      expect(`${JSON.stringify(body).slice(0, 60)} ${answer.status}`).toMatch(/ 400$/);
      expect(await answer.json()).toMatchObject({
        code: 'bad_request',
        message: expect.not.stringContaining(grant),
      });
    }
    expect(stage.simulator.control.tokenCalls).toBe(0);
  });

  it('makes a grant expire two minutes after the callback', async () => {
    await using stage = await openStage();
    const before = steadyNow();
    const { grant } = await new Visitor(stage).obtainGrant();
    const expires = openGrant(stage.service.sealer, grant)?.expires ?? 0;
    expect(expires).toBeGreaterThanOrEqual(before + 120_000);
    expect(expires).toBeLessThanOrEqual(steadyNow() + 120_000);
  });

  it('spends no grant on an answer that could not set the cookie, and says how to fix that', async () => {
    const url = 'https://app.shop.test';
    await using stage = await openStage({ environment: { PUBLIC_URL: url, TRUST_PROXY: '1' } });
    const visitor = new Visitor(stage, { origin: url });
    const { codeVerifier, grant } = grantFor(stage, { origin: url });

    const plain = await visitor.exchange(grant, codeVerifier, { 'Sec-Fetch-Site': 'same-origin' });
    expect(plain.status).toBe(500);
    expect(await plain.json()).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('TRUST_PROXY'),
    });
    expect(stage.simulator.control.tokenCalls).toBe(0);

    const secure = { 'Sec-Fetch-Site': 'same-origin', 'X-Forwarded-Proto': 'https' };
    expect((await visitor.exchange(grant, codeVerifier, secure)).status).toBe(424);
    expect(stage.simulator.control.tokenCalls).toBe(1);
  });

  it("sets a strict cookie without a partition for a page of the server's own site", async () => {
    await using stage = await openStage();
    const cookie = (await new Visitor(stage).connect()).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).not.toMatch(/Partitioned/i);
  });

  it('says which account is missing when the token covers none', async () => {
    await using stage = await openStage();
    const body = '{"code":40310000,"message":"access token is not authorized for this scope"}';
    stage.simulator.control.addFault({ kind: 'answer', path: '/paper/v2/account', status: 403, body });
    const visitor = new Visitor(stage);
    const answer = await visitor.connect();
    expect(answer.status).toBe(424);
    expect(await answer.json()).toMatchObject({
      code: 'exchange_failed',
      message: expect.stringContaining('a paper account'),
    });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});

describe('DELETE /connections/:environment', () => {
  it.each(['both', 'data', '__proto__', 'PAPER'])('has no connection of "%s"', async (environment) => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    await visitor.connect();
    expect((await visitor.call(`/connections/${environment}`, { method: 'DELETE' })).status).toBe(404);
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
  });
});
