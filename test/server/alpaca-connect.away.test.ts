import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../server/contract.ts';
import { findProvider } from '../../server/providers.ts';
import { Visitor } from '../visitor.ts';
import {
  type HostApp,
  type HostAppOptions,
  openHostApp,
  signedIn,
  signedInUser,
  signIn,
  signOut,
} from './host-app.ts';

const open = (options: HostAppOptions = {}) =>
  openHostApp({ getUser: signedInUser, environment: { AWAY_DAYS: '90' }, ...options });

const DAY = 24 * 3_600_000;

async function tokensOf(app: HostApp, user: string): Promise<number> {
  return (await app.router.connectionsOfUser(user)).length;
}

describe('connectionsOfUser()', () => {
  it('gives server code the token of a person who agreed to it, with no request, until the date', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    const before = Date.now();
    const connected = (await (await ada.connect({ away: 30 })).json()) as Connection;
    const [given, ...others] = await app.router.connectionsOfUser('ada');
    expect(others).toEqual([]);
    expect(given?.connection).toEqual(connected);
    expect(given?.until?.getTime()).toBeGreaterThanOrEqual(before + 30 * DAY - 1_000);
    expect(given?.until?.getTime()).toBeLessThanOrEqual(Date.now() + 30 * DAY + 1_000);
    const answer = await fetch(`${given?.tradingUrl}/v2/account`, {
      headers: { Authorization: `Bearer ${given?.accessToken}` },
    });
    expect(await answer.json()).toMatchObject({ account_number: connected.account.number });
    expect(JSON.stringify(given)).not.toContain(given?.accessToken);
  });

  it('gives nothing of a connection that was made without it, nor of other people', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    await ada.connect();
    expect(await tokensOf(app, 'ada')).toBe(0);
    await ada.connect({ away: 1 });
    for (const other of ['bob', 'Ada', 'ada ', 'undefined']) expect(await tokensOf(app, other)).toBe(0);
    for (const odd of ['', 'a'.repeat(201), undefined, null, 7] as string[]) {
      await expect(app.router.connectionsOfUser(odd)).rejects.toThrow(TypeError);
      await expect(app.router.endAllOfUser(odd)).rejects.toThrow(TypeError);
    }
  });

  it('goes on when the session of the browser is gone, and tells the person in another browser', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    const connected = (await (await ada.connect({ away: 30 })).json()) as Connection;
    ada.cookies.delete('alpaca.sid');
    const elsewhere = await signedIn(app, 'ada');
    for (const browser of [ada, elsewhere]) {
      const { away, awayDays, connections } = await browser.list();
      expect(connections).toEqual([]);
      expect(awayDays).toBe(90);
      const { id, provider, environment, account, scope } = connected;
      expect(away).toEqual([{ id, provider, environment, account, scope, until: expect.any(String) }]);
    }
    expect(await tokensOf(app, 'ada')).toBe(1);
  });

  it('takes both accounts of one consent, and any id that an app may have', async () => {
    await using app = await open({ getUser: () => '漢 "ada"\n\0:__proto__' });
    const visitor = new Visitor(app);
    await visitor.connect({ environment: 'both', away: 30 });
    expect(await tokensOf(app, '漢 "ada"\n\0:__proto__')).toBe(2);
    await visitor.call('/connections/live', { method: 'DELETE' });
    const [left] = await app.router.connectionsOfUser('漢 "ada"\n\0:__proto__');
    expect(left?.connection.environment).toBe('paper');
  });

  it('follows the rules of today', async () => {
    await using app = await open();
    const alpaca = findProvider(app.configuration.providers);
    const ada = await signedIn(app, 'ada');
    await ada.connect({ environment: 'live', away: 30 });
    expect(await tokensOf(app, 'ada')).toBe(1);
    alpaca.live = 'off';
    expect(await tokensOf(app, 'ada')).toBe(0);
    alpaca.live = 'approved';
    expect(await tokensOf(app, 'ada')).toBe(1);
    alpaca.environments = ['paper'];
    expect(await tokensOf(app, 'ada')).toBe(0);
  });

  it('gives no token to code that would send it to other hosts than it is for', async () => {
    await using app = await open();
    const alpaca = findProvider(app.configuration.providers);
    await (await signedIn(app, 'ada')).connect({ away: 30 });
    expect(await tokensOf(app, 'ada')).toBe(1);
    alpaca.urls = { ...alpaca.urls, paper: new URL('http://127.0.0.1:9/paper') };
    expect(await tokensOf(app, 'ada')).toBe(0);
  });
});

describe('what the app may do while a person is away', () => {
  const end = (visitor: Visitor, id: string) => visitor.call(`/away/${id}`, { method: 'DELETE' });

  it('ends when they end it, in any browser, however often; their session stays connected', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    const { id } = (await (await ada.connect({ away: 30 })).json()) as Connection;
    const elsewhere = await signedIn(app, 'ada');
    for (let times = 0; times < 2; times++) expect((await end(elsewhere, id)).status).toBe(204);
    expect(await tokensOf(app, 'ada')).toBe(0);
    expect((await ada.list()).away).toEqual([]);
    expect((await ada.call('/paper/v2/account')).status).toBe(200);
    expect(app.logged().match(/"event":"away_ended","connections":\["[^"]+"\]/g)).toHaveLength(1);
  });

  it('ends when they disconnect the account, also in a browser that connected it by itself', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    await ada.connect({ away: 30 });
    const elsewhere = await signedIn(app, 'ada');
    await elsewhere.connect();
    expect(await tokensOf(app, 'ada')).toBe(1);
    expect((await elsewhere.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect(await tokensOf(app, 'ada')).toBe(0);
  });

  it('ends when Alpaca revokes it, whoever finds out', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    await ada.connect({ away: 30 });
    app.simulator.control.revoke();
    expect((await ada.call('/paper/v2/account')).status).toBe(401);
    expect(await tokensOf(app, 'ada')).toBe(0);

    await ada.connect({ away: 30 });
    const [given] = await app.router.connectionsOfUser('ada');
    expect(await given?.markRevoked()).toBe(false);
    expect(await tokensOf(app, 'ada')).toBe(1);
    app.simulator.control.revoke();
    await expect.poll(() => given?.markRevoked(), { timeout: 10_000 }).toBe(true);
    expect(await tokensOf(app, 'ada')).toBe(0);
  });

  it('ends with endAllOfUser(), for this person alone', async () => {
    await using app = await open();
    for (const user of ['ada', 'bob'])
      await (await signedIn(app, user)).connect({ environment: 'both', away: 30 });
    await app.router.endAllOfUser('ada');
    expect(await tokensOf(app, 'ada')).toBe(0);
    expect(await tokensOf(app, 'bob')).toBe(2);
    await app.router.endAllOfUser('ada');
  });

  it('starts anew with the account connected anew, and is not ended by it', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    await ada.connect({ away: 30 });
    await ada.connect();
    expect(await tokensOf(app, 'ada')).toBe(1);
    const again = (await (await ada.connect({ away: 60 })).json()) as Connection;
    const given = await app.router.connectionsOfUser('ada');
    expect(given.map(({ connection }) => connection.id)).toEqual([again.id]);
  });

  it('is bounded for each person, before anything is spent', async () => {
    await using app = await open({ environment: { AWAY_DAYS: '90', CONNECTIONS_PER_SESSION: '2' } });
    const ada = await signedIn(app, 'ada');
    await ada.connect({ environment: 'both', away: 30 });
    const before = app.simulator.control.tokenCalls;
    const refused = await ada.connect({ away: 30 });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'too_many_connections' });
    expect(app.simulator.control.tokenCalls).toBe(before);
    expect((await ada.connect()).status).toBe(201);
  });

  it('is nothing to somebody who is not signed in, or as somebody else, in the same browser', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    const { id } = (await (await ada.connect({ away: 30 })).json()) as Connection;
    await signIn(app, ada, 'bob');
    expect((await ada.list()).away).toEqual([]);
    expect((await end(ada, id)).status).toBe(204);
    await signOut(app, ada);
    expect((await ada.list()).away).toEqual([]);
    const refused = await end(ada, id);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({
      code: 'access_denied',
      message: expect.stringContaining('Nothing was ended'),
    });
    expect(await tokensOf(app, 'ada')).toBe(1);
  });
});

describe('a page that asks to act while the person is away', () => {
  const refusalOf = async (visitor: Visitor, away: number) => {
    const answer = await visitor.startAttempt(Visitor.proofKey(), { away });
    return `${answer.status} ${((await answer.json()) as { code: string }).code}`;
  };

  it('is refused where the server does not offer it, and told which setting lacks', async () => {
    await using app = await open({ environment: {} });
    const ada = await signedIn(app, 'ada');
    expect((await ada.list()).awayDays).toBe(0);
    const answer = await ada.startAttempt(Visitor.proofKey(), { away: 30 });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('AWAY_DAYS'),
    });
  });

  it('is refused where nobody knows who people are', async () => {
    await using app = await openHostApp({ environment: { AWAY_DAYS: '90' } });
    const visitor = new Visitor(app);
    expect(await visitor.list()).toMatchObject({ awayDays: 0, away: [] });
    const answer = await visitor.startAttempt(Visitor.proofKey(), { away: 30 });
    expect(await answer.json()).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('getUser'),
    });
  });

  it('is refused for nobody, for too many days, and for what is no number of them', async () => {
    await using app = await open();
    expect(await refusalOf(new Visitor(app), 30)).toBe('401 access_denied');
    const ada = await signedIn(app, 'ada');
    expect(await refusalOf(ada, 91)).toBe('400 config_invalid');
    for (const odd of [0, -1, 1.5, 366, 1e9, '30', null, Number.NaN] as number[]) {
      expect(await refusalOf(ada, odd)).toBe('400 bad_request');
    }
  });

  it('may ask in its own tab, too', async () => {
    await using app = await open({ returnPaths: ['/'] });
    const ada = await signedIn(app, 'ada');
    const { codeVerifier, codeChallenge } = Visitor.proofKey();
    const page = { return_to: `${app.url}/`, code_challenge: codeChallenge };
    expect((await ada.leave({ ...page, away: 'x' })).status).toBe(400);
    const refused = (await ada.leave({ ...page, away: '91' })).headers.get('location') ?? '';
    expect(refused.startsWith(`${app.url}/#alpaca-connect=`)).toBe(true);
    const launch = await ada.leave({ ...page, away: '30' });
    const callback = await ada.visit(await ada.decide(launch.headers.get('location') ?? ''));
    const grant = (callback.headers.get('location') ?? '').split('#alpaca-connect=')[1] ?? '';
    expect((await ada.exchange(grant, codeVerifier)).status).toBe(201);
    expect(await tokensOf(app, 'ada')).toBe(1);
  });

  it('is refused at the exchange once the server no longer offers it, before anything is spent', async () => {
    await using app = await open();
    const ada = await signedIn(app, 'ada');
    const { grant, codeVerifier } = await ada.obtainGrant({ away: 30 });
    app.configuration.awayDays = 0;
    expect((await ada.exchange(grant, codeVerifier)).status).toBe(400);
    expect(app.simulator.control.tokenCalls).toBe(0);
  });
});

describe('with a getUser that fails', () => {
  it('nothing is kept, shown or ended', async () => {
    let fails = false;
    const getUser = (request: Request) => {
      if (fails) throw new Error('no users');
      return signedInUser(request);
    };
    await using app = await open({ getUser });
    const ada = await signedIn(app, 'ada');
    const { id } = (await (await ada.connect({ away: 30 })).json()) as Connection;
    await app.router.endAllOfUser('ada');
    const { grant, codeVerifier } = await ada.obtainGrant({ away: 30 });
    fails = true;
    for (const answer of [
      await ada.startAttempt(Visitor.proofKey(), { away: 30 }),
      await ada.exchange(grant, codeVerifier),
      await ada.call('/connections'),
      await ada.call(`/away/${id}`, { method: 'DELETE' }),
    ]) {
      expect(answer.status).toBe(500);
    }
    expect(await tokensOf(app, 'ada')).toBe(0);
  });
});
