import { expect, it } from 'vitest';
import type { AttemptAnswer, Connection } from '../../server/contract.ts';
import { openHostApp, signedIn, signedInUser, signIn } from '../server/host-app.ts';
import { callbackData, Visitor } from '../visitor.ts';

const open = (environment: Record<string, string> = {}) =>
  openHostApp({ getUser: signedInUser, environment: { AWAY_DAYS: '90', ...environment } });

/*
 * What an app may do while a person is away is the longest right that this server gives. It has to be asked before the person reads the
 * dialog; whoever could add it later, or to somebody else, would act for months on what was allowed for a session.
 */
it('an attempt that was begun without it cannot be exchanged with it', async () => {
  await using app = await open();
  const ada = await signedIn(app, 'ada');
  const { grant, codeVerifier } = await ada.obtainGrant();
  for (const more of [{ away: 30 }, { awayUntil: 9e15 }, { days: 30 }]) {
    const answer = await ada.call('/connections', {
      method: 'POST',
      body: { code: grant, codeVerifier, ...more },
    });
    expect(answer.status).toBe(400);
  }
  expect((await ada.exchange(grant, codeVerifier)).status).toBe(201);
  expect(await app.router.connectionsOfUser('ada')).toEqual([]);
});

it('the callback takes no days from the address', async () => {
  await using app = await open();
  const ada = await signedIn(app, 'ada');
  const proofKey = Visitor.proofKey();
  const attempt = (await (await ada.startAttempt(proofKey)).json()) as AttemptAnswer;
  const callback = `${await ada.decide(attempt.authorizationUrl)}&away=30&awayUntil=9e15`;
  const { grant } = await callbackData(await ada.visit(callback));
  expect((await ada.exchange(grant, proofKey.codeVerifier)).status).toBe(201);
  expect(await app.router.connectionsOfUser('ada')).toEqual([]);
});

it('a grant with it is worth nothing to another person, nor with the verifier of an attempt without it', async () => {
  await using app = await open();
  const visitor = await signedIn(app, 'ada');
  const asked = await visitor.obtainGrant({ away: 30 });
  const plain = await visitor.obtainGrant();
  expect((await visitor.exchange(asked.grant, plain.codeVerifier)).status).toBe(403);
  await signIn(app, visitor, 'mallory');
  expect((await visitor.exchange(asked.grant, asked.codeVerifier)).status).toBe(403);
  for (const user of ['ada', 'mallory']) expect(await app.router.connectionsOfUser(user)).toEqual([]);
});

it('nobody ends, sees or prolongs what another person allowed', async () => {
  await using app = await open();
  const ada = await signedIn(app, 'ada');
  const { id } = (await (await ada.connect({ away: 30 })).json()) as Connection;
  const [before] = await app.router.connectionsOfUser('ada');
  const mallory = await signedIn(app, 'mallory');
  await mallory.connect({ away: 90 });
  for (const target of [id, '*', '', '%00', '__proto__', `${id},${id}`, '../away']) {
    await mallory.call(`/away/${target}`, { method: 'DELETE' });
    await mallory.call(`/connections/${target}`, { method: 'DELETE' });
  }
  expect(await (await mallory.call('/connections')).text()).not.toContain(id);
  const after = await app.router.connectionsOfUser('ada');
  expect(after.map(({ connection, until }) => [connection.id, until])).toEqual([[id, before?.until]]);
  // Both have the same account at Alpaca, as people do who share one: it is not the account that decides.
  await mallory.call('/connections/paper', { method: 'DELETE' });
  expect(await app.router.connectionsOfUser('ada')).toHaveLength(1);
});

it('the page of another site, a form and a picture end nothing', async () => {
  await using app = await open();
  const ada = await signedIn(app, 'ada');
  const { id } = (await (await ada.connect({ away: 30 })).json()) as Connection;
  const origin = 'https://evil.example';
  for (const headers of [
    { Origin: origin, 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
    { 'X-Alpaca-Connect': '' },
  ]) {
    expect((await ada.call(`/away/${id}`, { method: 'DELETE', headers })).status).toBe(403);
  }
  for (const method of ['GET', 'POST', 'PUT']) {
    expect((await ada.call(`/away/${id}`, { method })).status).toBe(405);
  }
  const preflight = await ada.call(`/away/${id}`, {
    method: 'OPTIONS',
    headers: { Origin: origin, 'Access-Control-Request-Method': 'DELETE' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  expect(await app.router.connectionsOfUser('ada')).toHaveLength(1);
});

it('no answer, log line or page tells the token or whose it is', async () => {
  await using app = await open();
  const ada = await signedIn(app, 'user-of-ada');
  const connected = await ada.connect({ away: 30 });
  const { id } = (await connected.clone().json()) as Connection;
  const [given] = await app.router.connectionsOfUser('user-of-ada');
  const texts = [
    await connected.text(),
    await (await ada.call('/connections')).text(),
    await (await ada.call(`/away/${id}`, { method: 'DELETE' })).text(),
    JSON.stringify(given),
    app.logged(),
  ];
  for (const text of texts) {
    expect(text).not.toContain('user-of-ada');
    expect(text).not.toContain(given?.accessToken);
  }
  expect(given?.accessToken).toMatch(/.{20}/);
  expect(app.logged()).toMatch(/"event":"away_allowed","connections":\["[0-9a-f-]{36}"\]/);
});
