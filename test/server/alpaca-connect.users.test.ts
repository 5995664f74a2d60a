import { describe, expect, it } from 'vitest';
import { Visitor } from '../visitor.ts';
import { type HostApp, openHostApp, signedIn, signedInUser, signIn, signOut } from './host-app.ts';

const ORDER = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };

/** As long as `RETURN_PAGES` may have it, with `http://localhost:` and a port in front. */
const LONG_PATH = '/'.padEnd(1_870, 'a');

const open = () => openHostApp({ getUser: signedInUser, returnPaths: ['/', LONG_PATH] });

async function connected(visitor: Visitor): Promise<string[]> {
  const { connections } = await visitor.list();
  return connections.map(({ environment }) => environment);
}

/** Whether each way to use a connection is refused as if nobody had connected, without a word to Alpaca. */
async function expectNothingConnected(app: HostApp, visitor: Visitor): Promise<void> {
  const before = app.simulator.control.requests.length;
  expect(await connected(visitor)).toEqual([]);
  for (const [path, init] of [
    ['/paper/v2/account', {}],
    ['/paper/stream', {}],
    ['/data/v2/stocks/AAPL/bars?timeframe=1Day', {}],
    ['/paper/v2/orders', { method: 'POST', body: ORDER }],
  ] as const) {
    const answer = await visitor.call(path, init);
    expect(`${path} ${answer.status}`).toBe(`${path} 401`);
    expect(await answer.json()).toMatchObject({ code: 'not_connected' });
  }
  expect(app.simulator.control.requests).toHaveLength(before);
}

describe('alpacaConnect({ getUser })', () => {
  it('connects whoever is signed in, and tells pages nothing of who that is', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'user-of-ada');
    const answer = await ada.connect();
    expect(answer.status).toBe(201);
    expect(await answer.text()).not.toContain('user-of-ada');
    expect(await connected(ada)).toEqual(['paper']);
    expect((await ada.call('/paper/v2/orders', { method: 'POST', body: ORDER })).status).toBe(200);
    expect(app.logged()).not.toContain('user-of-ada');
  });

  it('refuses to start an attempt while nobody is signed in, and says what to do', async () => {
    await using app = await open();
    const visitor = new Visitor(app);
    const answer = await visitor.startAttempt(Visitor.proofKey());
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      code: 'access_denied',
      message: expect.stringMatching(/^Sign in to this site first/),
    });
    expect([...visitor.cookies.keys()].filter((name) => name.includes('attempt'))).toEqual([]);
  });

  it('tells the page of a redirect that nobody is signed in, and binds it to whoever is', async () => {
    await using app = await open();
    const visitor = new Visitor(app);
    const { codeVerifier, codeChallenge } = Visitor.proofKey();
    const launch = async () => {
      const answer = await visitor.leave({ return_to: `${app.url}/`, code_challenge: codeChallenge });
      expect(answer.status).toBe(303);
      return answer.headers.get('location') ?? '';
    };
    const [page, refused = ''] = (await launch()).split('#alpaca-connect=');
    expect(page).toBe(`${app.url}/`);
    expect((await visitor.exchange(refused, codeVerifier)).status).toBe(401);

    await signIn(app, visitor, 'ada');
    const callback = await visitor.visit(await visitor.decide(await launch()));
    const grant = (callback.headers.get('location') ?? '').split('#alpaca-connect=')[1] ?? '';
    await signIn(app, visitor, 'bob');
    expect((await visitor.exchange(grant, codeVerifier)).status).toBe(403);
    await signIn(app, visitor, 'ada');
    expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);
  });

  it('keeps the attempt of a long id in a cookie that browsers accept, in redirect mode too', async () => {
    await using app = await open();
    const visitor = await signedIn(app, '\u6f22'.repeat(200));
    await visitor.leave({
      return_to: app.url + LONG_PATH,
      code_challenge: Visitor.proofKey().codeChallenge,
    });
    const cookie = [...visitor.cookies].find(([name]) => name.includes('attempt'))?.join('=') ?? '';
    expect(cookie.length).toBeGreaterThan(2_000);
    expect(cookie.length).toBeLessThan(4_000);
  });
});

/*
 * An attacker starts to connect in a browser that somebody else uses next, or lures a person into finishing what the
 * attacker began. The victim's brokerage account would end up at the attacker's user, or the other way round (cross-user
 * session fixation, update of RFC 9700); PKCE does not help, because page and browser are the right ones.
 */
describe('a grant that another user started', () => {
  it.each([
    ['another user', 'bob'],
    ['nobody', undefined],
    ['a user whose id begins alike', 'ada2'],
    ['a user whose id differs in case', 'Ada'],
  ])('is refused when %s finishes, without a token call, and still works for its own', async (_, other) => {
    await using app = await open();
    const visitor = await signedIn(app, 'ada');
    const { grant, codeVerifier } = await visitor.obtainGrant();
    if (other === undefined) await signOut(app, visitor);
    else await signIn(app, visitor, other);
    const answer = await visitor.exchange(grant, codeVerifier);
    expect(answer.status).toBe(other === undefined ? 401 : 403);
    expect(await answer.json()).toMatchObject({
      code: other === undefined ? 'access_denied' : 'exchange_failed',
      message: expect.stringContaining('Nothing was connected'),
    });
    expect(answer.headers.getSetCookie().join()).not.toContain('alpaca.sid');
    expect(app.simulator.control.tokenCalls).toBe(0);
    await signIn(app, visitor, 'ada');
    expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);
  });
});

/*
 * One person signs out of the app and another signs in, in the same browser; this server's own cookie is still there.
 * The second one must not see the first one's account, nor trade with it, nor end its connection.
 */
describe('a session that another user connected', () => {
  it.each([
    ['another user', (app: HostApp, visitor: Visitor) => signIn(app, visitor, 'bob')],
    ['nobody', signOut],
  ])('shows and does nothing for %s, and is whole again for its own', async (_, change) => {
    await using app = await open();
    const visitor = await signedIn(app, 'ada');
    await visitor.connect();
    await visitor.connect({ environment: 'live' });
    await change(app, visitor);
    await expectNothingConnected(app, visitor);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect(visitor.cookies.has('alpaca.sid')).toBe(true);

    await signIn(app, visitor, 'ada');
    expect(await connected(visitor)).toEqual(['paper', 'live']);
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
  });

  it('is given up when another user connects: one session never holds the accounts of two', async () => {
    await using app = await open();
    const visitor = await signedIn(app, 'ada');
    await visitor.connect({ environment: 'live' });
    const adas = new Map(visitor.cookies);
    await signIn(app, visitor, 'bob');
    expect((await visitor.connect()).status).toBe(201);
    expect(await connected(visitor)).toEqual(['paper']);
    await signIn(app, visitor, 'ada');
    expect(await connected(visitor)).toEqual([]);
    for (const [name, value] of adas) visitor.cookies.set(name, value);
    await signIn(app, visitor, 'ada');
    expect(await connected(visitor)).toEqual([]);
  });
});

describe('a getUser that fails', () => {
  it.each<[string, () => unknown]>([
    ['throws', () => JSON.parse('{')],
    ['rejects', () => Promise.reject(new Error('the users are away: secret-of-the-app'))],
    ['returns a number', () => 7],
    ['returns an object', () => ({ id: 'ada' })],
    ['returns an empty text', () => ''],
    ['returns an endless id', () => 'a'.repeat(201)],
  ])('refuses everything when it %s, and is logged without what it threw', async (_, failing) => {
    let fails = false;
    const getUser = () => (fails ? failing() : 'ada') as string;
    await using app = await openHostApp({ getUser });
    const visitor = new Visitor(app);
    await visitor.connect();
    const { grant, codeVerifier } = await visitor.obtainGrant();
    const before = app.simulator.control.requests.length;
    fails = true;
    for (const answer of [
      await visitor.startAttempt(Visitor.proofKey()),
      await visitor.exchange(grant, codeVerifier),
      await visitor.call('/connections'),
      await visitor.call('/connections/paper', { method: 'DELETE' }),
      await visitor.call('/paper/v2/account'),
      await visitor.call('/paper/v2/orders', { method: 'POST', body: ORDER }),
    ]) {
      expect(answer.status).toBe(500);
      const text = await answer.text();
      expect(JSON.parse(text)).toMatchObject({
        code: 'internal',
        message: expect.stringContaining('getUser'),
      });
      expect(text).not.toContain('secret-of-the-app');
    }
    expect(app.simulator.control.requests).toHaveLength(before);
    expect(app.logged()).toContain('"level":"error"');
    expect(app.logged()).not.toContain('secret-of-the-app');
    fails = false;
    expect(await connected(visitor)).toEqual(['paper']);
  });
});
