import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SIMULATOR_CLIENT, type Simulator } from '../../demo/simulator/index.ts';
import type { Connection } from '../../server/contract.ts';
import { findProvider, type Provider } from '../../server/providers.ts';
import { openStage, type Stage } from '../stage.ts';
import { callbackData, Visitor } from '../visitor.ts';
import { withProvider } from './with-provider.ts';

/*
 * Mix-up (RFC 9700 section 4.4): an answer, a grant or a token of one provider must not complete or do anything at another one.
 */

let stage: Stage;
let partner: Simulator;
beforeAll(async () => {
  stage = await openStage({ partner: {} });
  partner = stage.partner as Simulator;
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  stage.simulator.control.reset();
  partner.control.reset();
});

const naming = (id: string) => ({ headers: { 'X-Alpaca-Connection': id } });

async function connected(visitor: Visitor): Promise<string[]> {
  const answer = await visitor.list();
  return answer.connections.map(({ provider, environment }) => `${provider} ${environment}`).sort();
}

/** Starts an attempt and consents to it. Resolves to where the provider sends the browser. */
async function consented(visitor: Visitor, provider?: string) {
  const proofKey = Visitor.proofKey();
  const started = await visitor.startAttempt(proofKey, provider ? { provider } : {});
  const { authorizationUrl, state } = (await started.json()) as { authorizationUrl: string; state: string };
  return { ...proofKey, state, callback: new URL(await visitor.decide(authorizationUrl)) };
}

/** The callback of a provider with these parameters. */
function callbackOf(path: string, parameters: Record<string, string>): string {
  return `${stage.url}/alpaca/callback${path}?${new URLSearchParams(parameters)}`;
}

describe('two providers', () => {
  it('are connected side by side, each with its own redirect URI, consent and accounts', async () => {
    const visitor = new Visitor(stage);
    const own = (await (await visitor.connect()).json()) as Connection;
    const attempt = await consented(visitor, 'acme');
    expect(attempt.callback.origin + attempt.callback.pathname).toBe(`${stage.url}/alpaca/callback/acme`);
    const { grant } = await callbackData(await visitor.visit(attempt.callback.href));
    const answer = await visitor.exchange(grant, attempt.codeVerifier);
    expect(answer.status).toBe(201);
    const acme = (await answer.json()) as Connection;
    expect(acme.provider).toBe('acme');
    expect(own.provider).toBe('alpaca');
    expect(await connected(visitor)).toEqual(['acme paper', 'alpaca paper']);
    const ambiguous = await visitor.call('/paper/v2/account');
    expect(await ambiguous.json()).toMatchObject({ code: 'connection_ambiguous' });
    expect((await visitor.call('/connections', {})).status).toBe(200);
    expect((await visitor.call(`/connections/${acme.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await connected(visitor)).toEqual(['alpaca paper']);
  });

  it('with the same account are two connections, of which neither replaces the other', async () => {
    const visitor = new Visitor(stage);
    for (const provider of ['alpaca', 'acme', 'acme', 'alpaca']) {
      expect((await visitor.connect({ provider, keep: true })).status).toBe(201);
    }
    expect(await connected(visitor)).toEqual(['acme paper', 'alpaca paper']);
  });

  it('with the same account replace only what is their own', async () => {
    const visitor = new Visitor(stage);
    const own = (await (await visitor.connect()).json()) as Connection;
    const theirs = (await (await visitor.connect({ provider: 'acme' })).json()) as Connection;
    expect(theirs.account.id).toBe(own.account.id);
    const again = (await (await visitor.connect({ provider: 'acme' })).json()) as Connection;
    const { connections } = await visitor.list();
    expect(connections.map(({ id }) => id)).toEqual([own.id, again.id]);
  });

  it('are named to pages without addresses, client ids and secrets', async () => {
    const answer = await new Visitor(stage).list();
    const environments = ['paper', 'live'];
    expect(answer.providers).toEqual([
      { id: 'alpaca', name: 'Alpaca', environments, scopes: ['account:write', 'trading', 'data'] },
      { id: 'acme', name: 'Acme Invest', environments, scopes: ['account:write', 'trading', 'data'] },
    ]);
    const own = { manageUrl: 'https://acme.test/apps', disclosure: 'What Acme wants said.' };
    await withProvider(stage, 'acme', own, async () => {
      const { providers } = await new Visitor(stage).list();
      expect(providers).toEqual([answer.providers[0], { ...answer.providers[1], ...own }]);
    });
  });
});

describe('the answer of one provider', () => {
  it.each([
    ['Alpaca’s attempt at the partner’s callback', undefined, '/acme'],
    ['the partner’s attempt at Alpaca’s callback', 'acme', ''],
  ])('completes no attempt of another: %s', async (_, provider, path) => {
    const visitor = new Visitor(stage);
    const { callback, state } = await consented(visitor, provider);
    const code = callback.searchParams.get('code') ?? '';
    const answer = await visitor.visit(callbackOf(path, { code, state }));
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('alpaca-connect-data');
    expect(stage.simulator.control.tokenCalls + partner.control.tokenCalls).toBe(0);
  });

  it.each([
    ['Alpaca’s code in the partner’s attempt', undefined, 'acme', '/acme'],
    ['the partner’s code in Alpaca’s attempt', 'acme', undefined, ''],
  ])('is worth nothing to another: %s', async (_, from, to, path) => {
    const visitor = new Visitor(stage);
    const stolen = (await consented(visitor, from)).callback.searchParams.get('code') ?? '';
    const attempt = await consented(visitor, to);
    const page = await visitor.visit(callbackOf(path, { code: stolen, state: attempt.state }));
    const { grant } = await callbackData(page);
    const answer = await visitor.exchange(grant, attempt.codeVerifier);
    expect(await answer.json()).toMatchObject({ code: 'exchange_failed' });
    expect(await connected(visitor)).toEqual([]);
  });

  it('ends nothing at the callback of another, also when it is a refusal without a state', async () => {
    const visitor = new Visitor(stage);
    await consented(visitor, 'acme');
    const answer = await visitor.visit(callbackOf('', { error: 'access_denied' }));
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('alpaca-connect-data');
  });

  it.each([
    ['of another issuer', { iss: 'https://login.evil.test' }],
    ['of Alpaca', { iss: 'alpaca' }],
    ['without one where one is due', {}],
  ] as [string, { iss?: string }][])('is refused %s', async (_, more) => {
    await withProvider(stage, 'acme', { issuer: 'https://acme.test', requiresIssuer: true }, async () => {
      const visitor = new Visitor(stage);
      const { callback, state } = await consented(visitor, 'acme');
      const code = callback.searchParams.get('code') ?? '';
      const own = findProvider(stage.service.configuration.providers).issuer;
      const named = more.iss === 'alpaca' ? { iss: own } : more;
      const page = await visitor.visit(callbackOf('/acme', { code, state, ...named }));
      expect((await callbackData(page)).error).toMatchObject({ code: 'provider_error' });
    });
  });

  it('with the issuer that is due is taken', async () => {
    await withProvider(stage, 'acme', { issuer: 'https://acme.test', requiresIssuer: true }, async () => {
      const visitor = new Visitor(stage);
      const { callback, state, codeVerifier } = await consented(visitor, 'acme');
      const code = callback.searchParams.get('code') ?? '';
      const page = await visitor.visit(callbackOf('/acme', { code, state, iss: 'https://acme.test' }));
      expect((await visitor.exchange((await callbackData(page)).grant, codeVerifier)).status).toBe(201);
    });
  });
});

describe('two providers with the same client id', () => {
  const { clientId } = SIMULATOR_CLIENT;

  it('are connected side by side', async () => {
    await withProvider(stage, 'acme', { clientId }, async () => {
      const visitor = new Visitor(stage);
      expect((await visitor.connect()).status).toBe(201);
      expect((await visitor.connect({ provider: 'acme' })).status).toBe(201);
      expect(await connected(visitor)).toContain('alpaca paper');
      expect(stage.simulator.control.tokenCalls).toBe(1);
      expect(partner.control.tokenCalls).toBe(1);
    });
  });

  it.each([
    ['Alpaca’s code in the partner’s attempt', undefined, 'acme', '/acme'],
    ['the partner’s code in Alpaca’s attempt', 'acme', undefined, ''],
  ])('do not take each other’s codes: %s', async (_, from, to, path) => {
    await withProvider(stage, 'acme', { clientId }, async () => {
      const visitor = new Visitor(stage);
      const stolen = (await consented(visitor, from)).callback;
      const attempt = await consented(visitor, to);
      const wrong = await visitor.visit(
        callbackOf(path, {
          code: stolen.searchParams.get('code') ?? '',
          state: stolen.searchParams.get('state') ?? '',
        }),
      );
      expect(wrong.status).toBe(400);
      const page = await visitor.visit(
        callbackOf(path, { code: stolen.searchParams.get('code') ?? '', state: attempt.state }),
      );
      const answer = await visitor.exchange((await callbackData(page)).grant, attempt.codeVerifier);
      expect(await answer.json()).toMatchObject({ code: 'exchange_failed' });
      expect(await connected(visitor)).toEqual([]);
    });
  });
});

it('the verifier of one attempt opens no grant of another provider’s', async () => {
  const visitor = new Visitor(stage);
  const [own, acme] = [await visitor.obtainGrant(), await visitor.obtainGrant({ provider: 'acme' })];
  for (const [grant, verifier] of [
    [own.grant, acme.codeVerifier],
    [acme.grant, own.codeVerifier],
  ] as const) {
    expect((await visitor.exchange(grant, verifier)).status).toBe(403);
  }
  expect(stage.simulator.control.tokenCalls + partner.control.tokenCalls).toBe(0);
});

describe('a provider that changed after the consent', () => {
  it.each<[string, Partial<Provider>]>([
    ['token endpoint', { tokenUrl: new URL('http://127.0.0.1:9/token') }],
    ['authorize page', { authorizeUrl: new URL('http://127.0.0.1:9/authorize') }],
    ['client', { clientId: 'another' }],
    ['host of an API', { urls: { paper: new URL('http://127.0.0.1:9') } }],
    ['host of a stream', { streamUrls: { paper: new URL('ws://127.0.0.1:9') } }],
    ['endpoint to revoke at', { revokeUrl: new URL('http://127.0.0.1:9/revoke') }],
    ['id, as when its entry is gone', { id: 'other' }],
  ])('gets no code: another %s', async (_, changes) => {
    const visitor = new Visitor(stage);
    const { grant, codeVerifier } = await visitor.obtainGrant({ provider: 'acme' });
    await withProvider(stage, 'acme', changes, async () => {
      const answer = await visitor.exchange(grant, codeVerifier);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'exchange_failed' });
    });
    expect(partner.control.tokenCalls).toBe(0);
    expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);
  });

  it('gets no grant either', async () => {
    const visitor = new Visitor(stage);
    const { callback } = await consented(visitor, 'acme');
    await withProvider(stage, 'acme', { tokenUrl: new URL('http://127.0.0.1:9/token') }, async () => {
      const answer = await visitor.visit(callback.href);
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain('alpaca-connect-data');
    });
  });

  it('is not asked any more once it is no longer offered, and its connections count as absent', async () => {
    const visitor = new Visitor(stage);
    const { id } = (await (await visitor.connect({ provider: 'acme' })).json()) as Connection;
    await visitor.connect({ environment: 'live' });
    partner.control.reset();
    await withProvider(stage, 'acme', { environments: [] }, async () => {
      const answer = await visitor.call('/paper/v2/account', naming(id));
      expect(await answer.json()).toMatchObject({ code: 'not_connected' });
    });
    expect(partner.control.requests).toEqual([]);
  });
});

describe('the id of a provider', () => {
  const LOOKALIKES = ['ACME', 'Acme', 'Alpaca', 'ALPACA', 'paper', 'live', 'data', 'stream', 'аcme'];
  it.each([...LOOKALIKES, '__proto__', 'constructor', 'acme ', ' acme', 'acme/', '../acme', 'nobody'])(
    'that is not one, %j, starts nothing and is not repeated',
    async (provider) => {
      const visitor = new Visitor(stage);
      const refused = await visitor.startAttempt(Visitor.proofKey(), { provider });
      expect(refused.status).toBe(400);
      const { code, message } = (await refused.json()) as { code: string; message: string };
      expect(code).toBe('config_invalid');
      expect(message).not.toContain(`"${provider}"`);
      const named = await visitor.call('/paper/v2/account', naming(encodeURIComponent(provider)));
      expect(await named.json()).toMatchObject({ code: 'not_connected' });
      const path = `/alpaca/callback/${encodeURIComponent(provider)}`;
      const page = await visitor.visit(`${stage.url}${path}?code=c&state=s`);
      expect(page.status).toBe(404);
      expect(await page.text()).not.toContain(provider.trim());
    },
  );
});
