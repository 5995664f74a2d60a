import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { decide, openAuthorize, REDIRECT_URI, target } from '../give-consent.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({
    clients: [
      SIMULATOR_CLIENT,
      { ...SIMULATOR_CLIENT, clientId: 'f'.repeat(32), name: '<script>alert(1)</script>"' },
    ],
  });
});
afterAll(() => simulator.close());

describe('GET /oauth/authorize', () => {
  it('asks for one paper account, with real buttons named Allow and Deny', async () => {
    const page = await openAuthorize(simulator);
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(text).toContain('Simulated Alpaca');
    expect(text).toContain('Allow Demo Desk to use your account?');
    expect([...text.matchAll(/<button[^>]*>(\w+)<\/button>/g)].map(([, name]) => name)).toEqual([
      'Deny',
      'Allow',
    ]);
    expect(text.match(/type="radio" name="paper"/g)).toHaveLength(2);
    expect(text).not.toContain('name="live"');
  });

  it('asks for both environments without env, and lets either be left out', async () => {
    const text = await (await openAuthorize(simulator, { env: undefined })).text();
    expect(text.match(/type="radio" name="paper"/g)).toHaveLength(3);
    expect(text.match(/type="radio" name="live"/g)).toHaveLength(2);
  });

  it('says in words what each scope allows, and nothing of scopes not asked for', async () => {
    const text = await (await openAuthorize(simulator, { scope: 'account:write' })).text();
    expect(text).toContain('Change your account settings');
    expect(text).not.toContain('Place, change and cancel orders');
  });

  it.each([
    ['an unknown client', { client_id: '0'.repeat(32) }],
    ['a redirect URI with a slash more', { redirect_uri: `${REDIRECT_URI}/` }],
    ['a redirect URI in another case', { redirect_uri: REDIRECT_URI.replace('localhost', 'LOCALHOST') }],
    ['no redirect URI', { redirect_uri: undefined }],
  ])('shows its own error page for %s and redirects nowhere', async (_name, changes) => {
    const page = await openAuthorize(simulator, changes);
    expect(page.status).toBe(400);
    expect(page.headers.get('location')).toBeNull();
    expect(await page.text()).toContain('Cannot connect this app');
  });

  it.each([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_scope', { scope: 'trading:write' }],
    ['invalid_request', { env: 'sandbox' }],
    ['invalid_request', { state: 'short' }],
    ['invalid_request', { code_challenge: 'abc', code_challenge_method: 'plain' }],
  ])('sends the app %s for %j', async (error, changes) => {
    const url = target(await openAuthorize(simulator, changes));
    expect(url.origin + url.pathname).toBe(REDIRECT_URI);
    expect(url.searchParams.get('error')).toBe(error);
    expect(url.searchParams.get('code')).toBeNull();
  });

  it('escapes the name of the app', async () => {
    const text = await (await openAuthorize(simulator, { client_id: 'f'.repeat(32) })).text();
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;');
  });

  it('forbids scripts, framing and caching of the page', async () => {
    const { headers } = await openAuthorize(simulator);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('content-security-policy')).not.toMatch(/script-src|unsafe-inline/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('POST /oauth/authorize', () => {
  it('sends code and state to the redirect URI on Allow', async () => {
    const answer = await decide(simulator, await openAuthorize(simulator), 'allow');
    expect(answer.status).toBe(303);
    const url = target(answer);
    expect(url.origin + url.pathname).toBe(REDIRECT_URI);
    expect([...url.searchParams.keys()]).toEqual(['code', 'state']);
    expect(url.searchParams.get('state')).toBe('state-of-the-attempt');
  });

  it('sends access_denied and state on Deny', async () => {
    const { searchParams } = target(await decide(simulator, await openAuthorize(simulator), 'deny'));
    expect(searchParams.get('error')).toBe('access_denied');
    expect(searchParams.get('error_description')).not.toBeNull();
    expect(searchParams.get('state')).toBe('state-of-the-attempt');
  });

  it('sends no state when there was none', async () => {
    const page = await openAuthorize(simulator, { state: undefined });
    const { searchParams } = target(await decide(simulator, page, 'allow'));
    expect([...searchParams.keys()]).toEqual(['code']);
  });

  it('asks again when no account was chosen', async () => {
    const page = await openAuthorize(simulator, { env: undefined });
    const again = await decide(simulator, page, 'allow', { paper: '', live: '' });
    expect(again.status).toBe(200);
    expect(await again.clone().text()).toContain('Choose at least one account.');
    expect(target(await decide(simulator, again, 'allow')).searchParams.get('code')).not.toBeNull();
  });

  // A page of another site, or a person with developer tools, adds fields to the form. They hope that the code
  // goes to their own address, or that a request for paper connects the live account.
  it('ignores a redirect URI, a client or an environment that was added to the form', async () => {
    const liveId = /name="live" value="([^"]+)"/.exec(
      await (await openAuthorize(simulator, { env: 'live' })).text(),
    )?.[1];
    const forged = {
      redirect_uri: 'https://evil.example/',
      client_id: 'f'.repeat(32),
      live: liveId,
      paper: '',
    };
    const answer = await decide(simulator, await openAuthorize(simulator), 'allow', forged);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Choose at least one account.');
  });

  // Another site posts the consent form for the person, unseen. It cannot read our page, so it has to guess the ticket
  // or to use one again.
  it('refuses a ticket that is unknown or was used', async () => {
    const page = await openAuthorize(simulator);
    const copy = page.clone();
    expect((await decide(simulator, page, 'allow', { ticket: 'guessed' })).status).toBe(400);
    expect((await decide(simulator, copy.clone(), 'deny')).status).toBe(303);
    expect((await decide(simulator, copy, 'allow')).status).toBe(400);
  });
});
