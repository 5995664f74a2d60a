import { describe, expect, it } from 'vitest';
import { newGrant, sealGrant } from '../../server/connect/grant.ts';
import { assertLiveAllowed, offeredEnvironments } from '../../server/trading-rules.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const account = { id: 'a', number: '900000001', status: 'ACTIVE', currency: 'USD', tradingBlocked: false };
const LIVE_NOT_ALLOWED = expect.objectContaining({ status: 403, code: 'live_not_allowed' });

describe('assertLiveAllowed()', () => {
  it('lets every live account pass once Alpaca approved the app', () => {
    expect(() => assertLiveAllowed({ live: 'approved', developerAccounts: [] }, account)).not.toThrow();
  });

  it("lets only the developer's own accounts pass before that, by their whole number", () => {
    expect(() =>
      assertLiveAllowed({ live: 'developer', developerAccounts: ['1', '900000001'] }, account),
    ).not.toThrow();
    for (const developerAccounts of [[], ['90000000'], ['9000000011'], ['']]) {
      expect(() => assertLiveAllowed({ live: 'developer', developerAccounts }, account)).toThrow(
        LIVE_NOT_ALLOWED,
      );
    }
  });

  it('lets no account pass whose number Alpaca did not tell, whatever the list says', () => {
    const unknown = { ...account, number: '' };
    expect(() => assertLiveAllowed({ live: 'developer', developerAccounts: ['', '1'] }, unknown)).toThrow(
      LIVE_NOT_ALLOWED,
    );
  });

  it("lets no live account pass when live trading is off, the developer's own included", () => {
    expect(() => assertLiveAllowed({ live: 'off', developerAccounts: ['900000001'] }, account)).toThrow(
      LIVE_NOT_ALLOWED,
    );
  });
});

describe('offeredEnvironments()', () => {
  it('gives what stands behind a request, if the server offers all of it', () => {
    expect(offeredEnvironments({ environments: ['paper', 'live'] }, 'both')).toEqual(['paper', 'live']);
    expect(offeredEnvironments({ environments: ['live'] }, 'live')).toEqual(['live']);
    for (const requested of ['live', 'both'] as const) {
      expect(() => offeredEnvironments({ environments: ['paper'] }, requested)).toThrow(LIVE_NOT_ALLOWED);
    }
    expect(() => offeredEnvironments({ environments: ['live'] }, 'paper')).toThrow(
      expect.objectContaining({ status: 403, code: 'config_invalid' }),
    );
  });
});

async function connections(visitor: Visitor): Promise<unknown> {
  return await (await visitor.call('/connections')).json();
}

const developer = (number: string) => ({ ALPACA_LIVE: 'developer', ALPACA_DEVELOPER_ACCOUNTS: number });

describe('POST /connections, under the live rule "developer"', () => {
  it.each(['live', 'both'] as const)(
    "stores nothing when %s covers somebody else's account",
    async (environment) => {
      await using stage = await openStage({ environment: developer('900000002') });
      const visitor = new Visitor(stage);
      const answer = await visitor.connect({ environment });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'live_not_allowed' });
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(await connections(visitor)).toMatchObject({ connections: [] });
      expect((await visitor.call('/live/v2/account')).status).toBe(401);
    },
  );

  it("connects the developer's own account", async () => {
    await using stage = await openStage({ environment: developer('900000001') });
    expect((await new Visitor(stage).connect({ environment: 'live' })).status).toBe(201);
  });
});

describe('a server of paper accounts', () => {
  const paperOnly = { ALPACA_LIVE: 'off', ALPACA_ENVIRONMENTS: 'paper' };

  it.each(['live', 'both'] as const)('starts no attempt for %s', async (environment) => {
    await using stage = await openStage({ environment: paperOnly });
    const answer = await new Visitor(stage).startAttempt(Visitor.proofKey(), { environment });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'live_not_allowed' });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('makes no token call for a live grant that was sealed before live was turned off', async () => {
    await using stage = await openStage({ environment: paperOnly });
    const { codeVerifier, grant } = liveGrant(stage);
    const answer = await new Visitor(stage).exchange(grant, codeVerifier);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'live_not_allowed' });
    expect(stage.simulator.control.tokenCalls).toBe(0);
  });
});

function liveGrant(stage: Stage): { codeVerifier: string; grant: string } {
  const { codeVerifier, codeChallenge } = Visitor.proofKey();
  const attempt = {
    state: 'a state',
    codeChallenge,
    environment: 'live' as const,
    scope: '',
    origin: stage.url,
    redirectUri: `${stage.url}/alpaca/callback`,
    sameSite: false,
    expires: Date.now() + 60_000,
  };
  return { codeVerifier, grant: sealGrant(stage.service.sealer, newGrant(attempt, { code: 'a code' })) };
}
