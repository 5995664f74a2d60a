import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  APP,
  authorizeUrl,
  type BrokerStage,
  callsOf,
  exchange,
  formOf,
  OTHER_APP,
  openBrokerStage,
  Person,
  proofKey,
} from './broker-stage.ts';

let stage: BrokerStage;
beforeAll(async () => {
  stage = await openBrokerStage({ options: { clients: { [OTHER_APP.clientId]: { pkce: 'optional' } } } });
});
beforeEach(() => stage.api.control.reset());
afterAll(() => stage[Symbol.asyncDispose]());

it('a person who allows it sends the app back with a code, state and issuer, and the app gets a token that works', async () => {
  const { verifier, challenge } = proofKey();
  const person = new Person(stage);
  const page = await person.authorize({
    state: 'a b',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  expect(page.status).toBe(200);
  const answer = await person.decide(await page.text(), 'allow');
  expect(answer.status).toBe(303);
  const back = new URL(answer.headers.get('location') ?? '');
  expect(back.origin + back.pathname).toBe('https://trading-app.example/callback');
  expect(back.searchParams.get('state')).toBe('a b');
  expect(back.searchParams.get('iss')).toBe(stage.issuer);
  const token = await exchange(stage, { code: back.searchParams.get('code') ?? '', code_verifier: verifier });
  expect(token.status).toBe(200);
  expect(token.headers.get('cache-control')).toBe('no-store');
  const body = (await token.json()) as { access_token: string };
  expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', scope: 'general' });
  const account = await fetch(`${stage.simulator.liveUrl}/v2/account`, {
    headers: { Authorization: `Bearer ${body.access_token}` },
  });
  expect(account.status).toBe(200);
});

/** A request that lacks nothing. */
const PROOF = { code_challenge: proofKey().challenge, code_challenge_method: 'S256' };

describe('GET /authorize shows a page and redirects nowhere', () => {
  it.each([
    ['an unknown client', { client_id: 'f'.repeat(32) }],
    ['a client id that is none', { client_id: '../token' }],
    ['no client', { client_id: undefined }],
    ['an empty client', { client_id: '' }],
    ['no redirect URI', { redirect_uri: undefined }],
    ['a redirect URI of another app', { redirect_uri: OTHER_APP.redirectUris[0] }],
    ['a fragment', { redirect_uri: `${APP.redirectUris[0]}#x` }],
    ['plain http off loopback', { redirect_uri: 'http://trading-app.example/callback' }],
    ['more than 8 KiB', { state: 'x'.repeat(8_200) }],
  ])('for %s', async (_what, changes) => {
    const answer = await new Person(stage).authorize({ ...PROOF, state: 's', ...changes });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(await answer.text()).toContain('<h1>Nothing was allowed</h1>');
  });

  it.each(['client_id', 'redirect_uri'])('for %s twice', async (name) => {
    const url = `${authorizeUrl(PROOF)}&${name}=${encodeURIComponent(APP.redirectUris[0] ?? '')}`;
    expect((await new Person(stage).get(url)).status).toBe(400);
  });

  it('for an app that is switched off', async () => {
    stage.api.control.changeClient(APP.clientId, { status: 'DISABLED', name: 'Gone' });
    const scope = { ...PROOF, redirect_uri: APP.redirectUris[1], scope: 'never-asked-before' };
    expect((await new Person(stage).authorize(scope)).status).toBe(400);
  });

  it.each([
    ['a 500', 2, { kind: 'answer', status: 500, body: '"40010000: oops"' }],
    ['garbage', 3, { kind: 'answer', status: 200, body: 'garbage' }],
    ['a redirect', 4, { kind: 'answer', status: 302, headers: { Location: 'https://evil.example' } }],
    ['a broken connection', 5, { kind: 'drop' }],
  ] as const)('with a way to try again, when the Broker API answers %s', async (_what, times, fault) => {
    stage.api.control.addFault({ path: '/v1/oauth/clients', ...fault });
    const person = new Person(stage);
    // What was heard of the app within a minute is not asked for again, unless something else is asked.
    const url = authorizeUrl({ ...PROOF, scope: Array(times).fill('general').join(' ') });
    const answer = await person.get(url);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('location')).toBeNull();
    const again = /<a class="button" href="([^"]+)">Try again/.exec(await answer.text())?.[1] ?? '';
    stage.api.control.faults.clear();
    expect((await person.get(again.replaceAll('&amp;', '&'))).status).toBe(200);
  });

  it('for what is no navigation of a person', async () => {
    const answer = await new Person(stage).get(authorizeUrl(PROOF), { 'Sec-Fetch-Dest': 'iframe' });
    expect(answer.status).toBe(400);
  });
});

describe('GET /authorize tells the app', () => {
  it.each([
    ['invalid_request', { response_type: undefined }],
    ['unsupported_response_type', { response_type: 'token' }],
    ['unsupported_response_type', { response_type: 'code token' }],
    ['invalid_request', { response_mode: 'fragment' }],
    ['invalid_scope', { scope: 'general withdraw' }],
    ['invalid_scope', { scope: 'General' }],
    ['invalid_request', { code_challenge: undefined, code_challenge_method: undefined }],
    ['invalid_request', { code_challenge_method: undefined }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge: 'short' }],
    ['invalid_request', { prompt: 'none login' }],
  ])('%s for %j', async (code, changes) => {
    const answer = await new Person(stage).authorize({ ...PROOF, state: 'a&b', ...changes });
    expect(answer.status).toBe(303);
    const back = new URL(answer.headers.get('location') ?? '');
    expect(back.href.startsWith(`${APP.redirectUris[0]}?`)).toBe(true);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: code,
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
      state: 'a&b',
      iss: stage.issuer,
    });
  });

  it.each(['response_type=code', 'state=x', 'scope=general', 'code_challenge_method=S256'])(
    'invalid_request for a second %s',
    async (pair) => {
      const answer = await new Person(stage).get(
        `${authorizeUrl({ ...PROOF, state: 's', scope: 'general' })}&${pair}`,
      );
      expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');
    },
  );

  it('unauthorized_client where the person has nothing that could be connected', async () => {
    const noah = stage.users.get('noah');
    if (noah === undefined) throw new Error('noah is missing');
    const accounts = noah.accounts.map((account) => ({
      ...account,
      tradable: false,
      status: 'ACCOUNT_CLOSED',
    }));
    stage.users.set('lena', { ...noah, id: 'lena', accounts });
    const answer = await new Person(stage, 'lena').authorize(PROOF);
    expect(new URL(answer.headers.get('location') ?? '').searchParams.get('error')).toBe(
      'unauthorized_client',
    );
  });
});

describe('parameters', () => {
  it('without a value count as left out, and unknown ones are ignored', async () => {
    const person = new Person(stage);
    const answer = await person.authorize({
      ...PROOF,
      scope: '',
      state: '',
      prompt: '',
      nonce: 'x',
      display: 'popup',
    });
    expect(answer.status).toBe(200);
    const location = (await person.decide(await answer.text(), 'allow')).headers.get('location') ?? '';
    expect(new URL(location).searchParams.has('state')).toBe(false);
  });

  it('the query of a redirect URI stays as it was registered', async () => {
    const back = await new Person(stage).allow({ ...PROOF, redirect_uri: APP.redirectUris[1] });
    expect(back.href.startsWith(`${APP.redirectUris[1]}&code=`)).toBe(true);
  });

  it('an app with pkce: "optional" may do without, and no other', async () => {
    const other = { client_id: OTHER_APP.clientId, redirect_uri: OTHER_APP.redirectUris[0] };
    const page = await new Person(stage).authorize(other);
    expect(page.status).toBe(200);
  });
});

describe('sign-in', () => {
  it('comes first, with an address that holds a ticket and nothing of the request, and comes back to it', async () => {
    const person = new Person(stage, '');
    const answer = await person.authorize({ ...PROOF, state: 'secret-state', lang: 'de' });
    expect(answer.status).toBe(303);
    const signIn = new URL(answer.headers.get('location') ?? '', stage.origin);
    expect(signIn.pathname).toBe('/sign-in');
    expect(signIn.searchParams.get('lang')).toBe('de');
    const returnTo = signIn.searchParams.get('to') ?? '';
    expect(returnTo).toMatch(/^\/oauth\/authorize\?ticket=[\w-]{43}$/);
    person.user = 'mia';
    const page = await person.get(returnTo);
    expect(page.headers.get('content-language')).toBe('de');
    const back = await person.decide(await page.text(), 'allow');
    expect(new URL(back.headers.get('location') ?? '').searchParams.get('state')).toBe('secret-state');
  });

  it('is asked for anew with prompt=login, and by "Not you?"', async () => {
    const person = new Person(stage);
    const asked = await person.authorize({ ...PROOF, prompt: 'login' });
    expect(new URL(asked.headers.get('location') ?? '', stage.origin).searchParams.get('prompt')).toBe(
      'login',
    );
    const page = await (await person.authorize(PROOF)).text();
    const link = /<a href="([^"]+)">Not you\?/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const answer = await person.get(link);
    expect(new URL(answer.headers.get('location') ?? '', stage.origin).searchParams.get('prompt')).toBe(
      'login',
    );
  });

  it('that cannot be told is a 503, and nothing was shared', async () => {
    await using broken = await openBrokerStage({
      options: {
        getUser: () => {
          throw new Error('the session store is away');
        },
      },
    });
    const answer = await new Person(broken).authorize(PROOF);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('location')).toBeNull();
  });
});

describe('prompt=none', () => {
  const errorOf = async (person: Person) => {
    const answer = await person.authorize({ ...PROOF, prompt: 'none' });
    return new URL(answer.headers.get('location') ?? '').searchParams.get('error');
  };

  it('shows no page: login_required, consent_required, or a code for what was allowed before', async () => {
    await using fresh = await openBrokerStage();
    const person = new Person(fresh, '');
    expect(await errorOf(person)).toBe('login_required');
    person.user = 'mia';
    expect(await errorOf(person)).toBe('consent_required');
    const { verifier, challenge } = proofKey();
    const proof = { code_challenge: challenge, code_challenge_method: 'S256' };
    const first = await person.allow(proof);
    await exchange(fresh, { code: first.searchParams.get('code') ?? '', code_verifier: verifier });
    const answer = await person.authorize({ ...proof, prompt: 'none' });
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    expect((await exchange(fresh, { code, code_verifier: verifier })).status).toBe(200);
    expect(await errorOf(new Person(fresh, 'noah'))).toBe('consent_required');
  });
});

describe('POST /authorize', () => {
  it('Deny goes back with access_denied', async () => {
    const person = new Person(stage);
    const page = await (await person.authorize({ ...PROOF, state: 's' })).text();
    const answer = await person.decide(page, 'deny');
    expect(answer.status).toBe(303);
    const { searchParams } = new URL(answer.headers.get('location') ?? '');
    expect([searchParams.get('error'), searchParams.get('state')]).toEqual(['access_denied', 's']);
  });

  it.each([undefined, '', '9', '-1', '0x0', '1e0', 'NaN'])(
    'wants one of the accounts of the page, and not %j',
    async (account) => {
      const person = new Person(stage);
      const fields = formOf(await (await person.authorize(PROOF)).text());
      const answer = await person.post('/oauth/authorize', {
        ...fields,
        decision: 'allow',
        ...(account === undefined ? {} : { account }),
      });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('Choose an account');
    },
  );

  it('asks about the app anew: switched off meanwhile is a page', async () => {
    const person = new Person(stage);
    const page = await (await person.authorize(PROOF)).text();
    stage.api.control.changeClient(APP.clientId, { status: 'DISABLED' });
    const answer = await person.decide(page, 'allow');
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  it('uses nothing up while Alpaca cannot be asked', async () => {
    const person = new Person(stage);
    const page = await (await person.authorize(PROOF)).text();
    stage.api.control.addFault({ path: '/v1/oauth/clients', kind: 'drop', times: 1 });
    const failed = await person.decide(page, 'allow');
    expect(failed.status).toBe(503);
    expect(await failed.text()).toMatch(/href="\/oauth\/authorize\?ticket=[\w-]{43}"/);
    expect((await person.decide(page, 'allow')).status).toBe(303);
  });
});

it('what a page shows of an app is at most a minute old, and asked once', async () => {
  await using fresh = await openBrokerStage();
  await new Person(fresh).authorize(PROOF);
  await new Person(fresh).authorize(PROOF);
  expect(callsOf(fresh, 'GET', '/v1/oauth/clients')).toBe(1);
});
