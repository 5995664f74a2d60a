import { describe, expect, it } from 'vitest';
import type { AttemptAnswer } from '../../../server/contract.ts';
import { openStage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

const challenge = Visitor.proofKey().codeChallenge;

async function authorizationOf(answer: Response): Promise<URLSearchParams> {
  return new URL(((await answer.json()) as AttemptAnswer).authorizationUrl).searchParams;
}

describe('POST /attempts', () => {
  it('asks Alpaca for what the page asked for, with a new state each time', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const { codeChallenge } = Visitor.proofKey();
    const answer = await visitor.startAttempt(
      { codeChallenge },
      { environment: 'live', scope: 'data  trading data' },
    );
    const asked = Object.fromEntries(await authorizationOf(answer));
    expect(asked).toEqual({
      response_type: 'code',
      client_id: stage.service.configuration.clientId,
      redirect_uri: `${stage.url}/alpaca/callback`,
      state: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'data trading',
      env: 'live',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    });
    const again = await authorizationOf(await visitor.startAttempt({ codeChallenge }));
    expect(again.get('state')).not.toBe(asked['state']);
  });

  it('asks for everything on offer when no scope is named, and for nothing when it is empty', async () => {
    await using stage = await openStage();
    const visitor = new Visitor(stage);
    const all = await authorizationOf(await visitor.startAttempt(Visitor.proofKey()));
    expect(all.get('scope')).toBe('account:write trading data');
    const none = await authorizationOf(await visitor.startAttempt(Visitor.proofKey(), { scope: '' }));
    expect(none.has('scope')).toBe(false);
  });

  it('lets the person choose an account of each environment for both', async () => {
    await using stage = await openStage();
    const asked = await authorizationOf(
      await new Visitor(stage).startAttempt(Visitor.proofKey(), { environment: 'both' }),
    );
    expect(asked.has('env')).toBe(false);
  });

  it('sends Alpaca no PKCE parameters when ALPACA_PKCE is off, and still checks the verifier itself', async () => {
    await using stage = await openStage({ environment: { ALPACA_PKCE: 'off' } });
    const visitor = new Visitor(stage);
    const asked = await authorizationOf(await visitor.startAttempt(Visitor.proofKey()));
    expect([...asked.keys()].filter((name) => name.startsWith('code_'))).toEqual([]);

    const { grant, codeVerifier } = await visitor.obtainGrant();
    expect((await visitor.exchange(grant, Visitor.proofKey().codeVerifier)).status).toBe(403);
    expect(stage.simulator.control.tokenCalls).toBe(0);
    expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);
  });

  it('refuses a scope that the server does not offer, and sets no cookie', async () => {
    await using stage = await openStage({ environment: { ALPACA_SCOPES: 'data' } });
    for (const scope of ['trading', 'data trading', 'DATA', 'data,trading', 'data\nx']) {
      const answer = await new Visitor(stage).startAttempt(Visitor.proofKey(), { scope });
      expect(`${scope} ${answer.status}`).toMatch(/ 400$/);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(await answer.json()).toMatchObject({ code: 'config_invalid' });
    }
  });

  it('logs the hash of the text that the person agreed to, and nothing where none was shown', async () => {
    await using stage = await openStage();
    const body = { environment: 'paper', codeChallenge: challenge, origin: stage.url };
    const started = () =>
      stage
        .logged()
        .split('\n')
        .filter((line) => line.includes('attempt_started'))
        .map((line) => JSON.parse(line));
    const headers = { Origin: stage.url, 'Sec-Fetch-Site': 'same-origin' };
    const disclosure = 'dGhlLXRleHQtdGhhdC10aGUtcGVyc29uLWFncmVlZC0';
    for (const each of [{ ...body, disclosure }, body]) {
      const answer = await new Visitor(stage).call('/attempts', { method: 'POST', body: each, headers });
      expect(answer.status).toBe(200);
    }
    expect(started()).toEqual([
      expect.objectContaining({ origin: stage.url, disclosure }),
      expect.not.objectContaining({ disclosure: expect.anything() }),
    ]);
  });

  it('refuses a body of any other shape', async () => {
    await using stage = await openStage();
    const good = { environment: 'paper', codeChallenge: challenge, origin: stage.url };
    const bodies = [
      { ...good, environment: 'data' },
      { ...good, environment: ['paper'] },
      { ...good, codeChallenge: challenge.slice(1) },
      { ...good, codeChallenge: `${challenge}A` },
      { ...good, codeChallenge: `${challenge.slice(1)}=` },
      { ...good, disclosure: challenge.slice(1) },
      { ...good, disclosure: `${challenge.slice(1)}\n` },
      { ...good, disclosure: 'By allowing Test Desk' },
      { ...good, disclosure: [challenge] },
      { ...good, scope: 's'.repeat(201) },
      { ...good, scope: ['data'] },
      { ...good, origin: [stage.url] },
      { ...good, redirectUri: 'https://evil.example/callback' },
      { ...good, state: 'chosen-by-the-page' },
      [good],
    ];
    for (const body of bodies) {
      const answer = await new Visitor(stage).call('/attempts', { method: 'POST', body });
      expect(`${JSON.stringify(body).slice(0, 80)} ${answer.status}`).toMatch(/ 400$/);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });
});
