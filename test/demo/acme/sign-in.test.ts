import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenAcme, openAcme } from './open-acme.ts';

let acme: OpenAcme;
beforeAll(async () => {
  acme = await openAcme();
});
afterAll(() => acme[Symbol.asyncDispose]());

function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(form);
  const own = { 'Sec-Fetch-Site': 'same-origin', ...headers };
  return fetch(`${acme.url}${path}`, { method: 'POST', body, headers: own, redirect: 'manual' });
}

/** The cookie of somebody who signed in, as browsers send it back. */
async function signIn(user: string): Promise<string> {
  const answer = await post('/sign-in', { user });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

const home = async (cookie: string) => (await fetch(`${acme.url}/`, { headers: { cookie } })).text();

describe('the sign-in of Acme', () => {
  it('knows two people by a cookie that scripts cannot read, and forgets them when they sign out', async () => {
    const answer = await post('/sign-in', { user: 'maya' });
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Lax$/);
    const [maya, jonas] = [await signIn('maya'), await signIn('jonas')];
    expect(await home(maya)).toContain('910000011');
    expect(await home(jonas)).toContain('910000021');
    expect(await home(jonas)).not.toContain('910000011');
    await post('/sign-out', {}, { cookie: maya });
    expect(await home(maya)).not.toContain('910000011');
    expect(await home(jonas)).toContain('910000021');
    expect((await post('/sign-in', { user: 'nobody' })).headers.get('set-cookie')).toBeNull();
  });

  it('goes on to a page of its own, and to no other site', async () => {
    const to = async (path: string) =>
      (await post('/sign-in', { user: 'maya', to: path })).headers.get('location');
    expect(await to('/oauth/authorize?ticket=x')).toBe('/oauth/authorize?ticket=x');
    const elsewhere = [
      'https://evil.test/',
      '//evil.test/',
      '/\\evil.test/',
      'javascript:alert(1)',
      '\t//evil.test',
      '',
    ];
    for (const path of elsewhere) expect(await to(path)).toBe('/');
    const page = await (await fetch(`${acme.url}/sign-in?to=//evil.test/"><b>`)).text();
    expect(page).not.toContain('evil.test');
  });

  it('takes no form of another site', async () => {
    const cookie = await signIn('maya');
    const foreign = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'none' },
    ];
    for (const headers of foreign) {
      expect((await post('/sign-in', { user: 'jonas' }, headers)).status).toBe(403);
      expect((await post('/sign-out', {}, { cookie, ...headers })).status).toBe(403);
    }
    expect(await home(cookie)).toContain('910000011');
  });

  it('is where the OAuth service sends whoever is not signed in', async () => {
    acme.register('http://localhost:3000');
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: '7a3c52a910e1dc2abbb14da2b6b8e711',
      redirect_uri: 'http://localhost:3000/alpaca/callback/acme',
      scope: 'general',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    const headers = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-User': '?1' };
    const answer = await fetch(`${acme.url}/oauth/authorize?${query}`, { headers, redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/sign-in\?to=%2Foauth%2Fauthorize%3Fticket%3D[\w-]+$/);
    const to = new URL(answer.headers.get('location') ?? '', acme.url).searchParams.get('to');
    const page = await fetch(`${acme.url}${to}`, { headers: { ...headers, cookie: await signIn('jonas') } });
    const text = await page.text();
    expect(page.status).toBe(200);
    for (const digits of ['0021', '0022']) expect(text).toContain(digits);
    expect(text).not.toContain('910000021');
  });
});
