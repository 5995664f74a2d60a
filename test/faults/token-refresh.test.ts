import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../demo/simulator/index.ts';
import { connectionOf, connectionsOf } from '../../server/connections.ts';
import { age, changeRenewals, storedConnections } from '../renewals.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const ORDER = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };

let stage: Stage;
let partner: Simulator;
beforeAll(async () => {
  stage = await openStage({
    partner: {},
    partnerTokenLifetime: 600_000,
    refreshTimes: { shortestRetry: 4_000, longestRetry: 4_000 },
  });
  partner = stage.partner as Simulator;
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});
afterEach(() => {
  for (const secret of stage.partnerTokens()) secrets.add(secret);
});
beforeEach(() => {
  partner.control.reset();
});

async function connected(environment: 'paper' | 'both' = 'paper'): Promise<Visitor> {
  const visitor = new Visitor(stage);
  expect((await visitor.connect({ provider: 'acme', environment })).status).toBe(201);
  partner.control.reset();
  return visitor;
}

function requestOf({ cookies }: Visitor): IncomingMessage {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return { headers: { cookie } } as IncomingMessage;
}

/** Every token of the partner's that there was after some test. */
const secrets = new Set<string>();

const seen = (path: string) => partner.control.requests.filter((request) => request.path === path);

describe('a token that is due', () => {
  it('is renewed once before the requests that want it, which all take the new one', async () => {
    const visitor = await connected();
    const [before] = await storedConnections(stage.service, visitor);
    await age(stage.service, visitor);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => visitor.call('/paper/v2/account').then(({ status }) => status)),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(partner.control.tokenCalls).toBe(1);
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
    expect(partner.control.tokenCalls).toBe(1);
    const [after] = await storedConnections(stage.service, visitor);
    expect(after?.accessToken).not.toBe(before?.accessToken);
    expect(after?.renewal).toMatchObject({ family: before?.renewal?.family, generation: 1 });
    expect(after?.renewal?.refreshToken).not.toBe(before?.renewal?.refreshToken);
    expect(after?.renewal?.due).toBeGreaterThan(Date.now() + 400_000);
    expect(after?.renewal?.due).toBeLessThan(Date.now() + 500_000);
  });

  it('is renewed again and again', async () => {
    const visitor = await connected();
    for (const generation of [1, 2, 3]) {
      await age(stage.service, visitor, { expired: generation === 2 });
      expect((await visitor.call('/paper/v2/orders', { method: 'POST', body: ORDER })).status).toBe(200);
      expect((await storedConnections(stage.service, visitor))[0]?.renewal?.generation).toBe(generation);
    }
    expect(partner.control.tokenCalls).toBe(3);
    expect(seen('/paper/v2/orders')).toHaveLength(3);
  });

  it('of one consent to paper and live is renewed for both', async () => {
    const visitor = await connected('both');
    await age(stage.service, visitor);
    const answers = await Promise.all(
      ['/paper/v2/account', '/live/v2/account'].map((path) => visitor.call(path)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(partner.control.tokenCalls).toBe(1);
    const [paper, live] = await storedConnections(stage.service, visitor);
    expect(paper?.accessToken).toBe(live?.accessToken);
    expect(paper?.renewal).toEqual(live?.renewal);
  });

  it('is renewed for code of the app’s own', async () => {
    const visitor = await connected();
    const request = requestOf(visitor);
    const before = (await connectionOf(stage.service, request, 'paper'))?.accessToken;
    await age(stage.service, visitor);
    const [first] = await connectionsOf(stage.service, request);
    const after = await connectionOf(stage.service, request, 'paper');
    expect(after?.accessToken).toBe(first?.accessToken);
    expect(after?.accessToken).not.toBe(before);
    expect(JSON.stringify(after)).not.toContain(after?.accessToken);
    expect(partner.control.tokenCalls).toBe(1);
  });

  it('of a connection without one, such as Alpaca’s, costs nothing', async () => {
    const visitor = new Visitor(stage);
    await visitor.connect();
    expect((await storedConnections(stage.service, visitor))[0]).not.toHaveProperty('renewal');
    stage.simulator.control.reset();
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
    expect(stage.simulator.control.tokenCalls).toBe(0);
  });
});

describe('a token that has expired before its time', () => {
  it('is renewed after the 401, and a GET is sent once more', async () => {
    const visitor = await connected();
    partner.control.expireTokens();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => visitor.call('/paper/v2/positions').then(({ status }) => status)),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(partner.control.tokenCalls).toBe(1);
    expect((await visitor.list()).connections[0]?.revokedAt).toBeUndefined();
  });

  it('is renewed after the 401 also when nobody said how long it lives', async () => {
    const visitor = await connected();
    await changeRenewals(stage.service, visitor, ({ due: _, expires: __, ...renewal }) => renewal);
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
    expect(partner.control.tokenCalls).toBe(0);
    partner.control.expireTokens();
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
    expect(partner.control.tokenCalls).toBe(1);
  });

  it('is renewed after the 401, and an order is not sent once more', async () => {
    const visitor = await connected();
    partner.control.expireTokens();
    const first = await visitor.call('/paper/v2/orders', { method: 'POST', body: ORDER });
    expect(first.status).toBe(502);
    expect(await first.json()).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringMatching(/Nothing was placed or changed\. Send the request again/),
    });
    expect(seen('/paper/v2/orders')).toHaveLength(1);
    const again = await visitor.call('/paper/v2/orders', { method: 'POST', body: ORDER });
    expect(again.status).toBe(200);
    expect(partner.control.tokenCalls).toBe(1);
  });

  it('is not renewed because a host refused something else', async () => {
    const visitor = await connected();
    partner.control.dataLicensed = false;
    expect((await visitor.call('/data/v2/stocks/bars?symbols=AAPL&timeframe=1Day')).status).toBe(403);
    partner.control.refuseAtGateway('paper');
    expect((await visitor.call('/paper/v2/positions')).status).toBe(502);
    expect(partner.control.tokenCalls).toBe(0);
  });

  it('is renewed once and not for ever when the new one is refused, too', async () => {
    const visitor = await connected();
    partner.control.addFault({ path: '/paper', kind: 'unauthorized' });
    for (let tries = 0; tries < 3; tries++) {
      const answer = await visitor.call('/paper/v2/positions');
      expect(answer.status).toBe(502);
      expect(await answer.json()).toMatchObject({ code: 'upstream_refused' });
    }
    expect(partner.control.tokenCalls).toBe(1);
    partner.control.reset();
    expect((await visitor.call('/paper/v2/positions')).status).toBe(200);
  });

  it('is renewed by the stream of trade updates, which goes on', async () => {
    const visitor = await connected();
    const stream = await visitor.call('/paper/stream');
    await expect.poll(() => partner.control.streams().paper).toBe(1);
    partner.control.expireTokens();
    partner.control.dropStreams();
    const texts = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    while (!/retrying[\s\S]*"open"/.test(heard)) heard += (await texts?.read())?.value ?? '';
    expect(partner.control.tokenCalls).toBe(1);
    expect((await storedConnections(stage.service, visitor))[0]?.renewal?.generation).toBe(1);
    await texts?.cancel();
  });
});

describe('a token endpoint', () => {
  it.each<[string, () => void]>([
    ['answers 500', () => partner.control.addFault({ path: '/oauth/token', kind: 'answer', status: 500 })],
    ['answers a page', () => partner.control.breakToken('html')],
    ['gives no token', () => partner.control.breakToken('no_token')],
    ['hangs up', () => partner.control.addFault({ path: '/oauth/token', kind: 'drop' })],
    [
      'no longer knows the client',
      () =>
        partner.control.addFault({
          ...{ path: '/oauth/token', kind: 'answer', status: 401 },
          body: '{"error":"invalid_client"}',
        }),
    ],
    [
      'gives a token that would inject a header',
      () =>
        partner.control.addFault({
          ...{ path: '/oauth/token', kind: 'answer', status: 200 },
          body: JSON.stringify({ access_token: 'a\r\nX: y', token_type: 'bearer', refresh_token: 'r' }),
        }),
    ],
  ])('that %s keeps the old token in use, and is asked again after a while', async (_, breakIt) => {
    const visitor = await connected();
    await age(stage.service, visitor);
    breakIt();
    for (let tries = 0; tries < 3; tries++) {
      expect((await visitor.call('/paper/v2/account')).status).toBe(200);
    }
    expect(partner.control.tokenCalls).toBe(1);
    expect((await visitor.list()).connections[0]?.revokedAt).toBeUndefined();
    partner.control.reset();
    await expect
      .poll(
        async () => {
          expect((await visitor.call('/paper/v2/account')).status).toBe(200);
          return partner.control.tokenCalls;
        },
        { timeout: 25_000 },
      )
      .toBe(1);
    expect(stage.logged()).toContain('"event":"token_not_refreshed"');
  });

  it('that does not answer holds nobody up for long', async () => {
    const visitor = await connected();
    await age(stage.service, visitor);
    partner.control.breakToken('timeout', 1);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => visitor.call('/paper/v2/account').then(({ status }) => status)),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(partner.control.tokenCalls).toBe(1);
  });

  it('that is away once the token has expired costs a request, and not the connection', async () => {
    const visitor = await connected();
    await age(stage.service, visitor, { expired: true });
    partner.control.expireTokens();
    partner.control.addFault({ path: '/oauth/token', kind: 'answer', status: 503 });
    const answer = await visitor.call('/paper/v2/orders', { method: 'POST', body: ORDER });
    expect(answer.status).toBe(502);
    expect(answer.headers.get('Retry-After')).toBe('5');
    expect(await answer.json()).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringMatching(/Nothing was placed or changed, and the connection is kept/),
    });
    partner.control.reset();
    await expect
      .poll(async () => (await visitor.call('/paper/v2/account')).status, { timeout: 25_000 })
      .toBe(200);
  });

  it.each([
    ['a token that is due', false],
    ['a token that is refused', true],
  ])('that no longer knows the refresh token ends the connection, for %s', async (_, isRefused) => {
    const visitor = await connected('both');
    partner.control.revoke();
    if (!isRefused) await age(stage.service, visitor);
    for (const path of ['/paper/v2/account', '/live/v2/account', '/paper/v2/account']) {
      const answer = await visitor.call(path);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'connection_revoked' });
    }
    expect(partner.control.tokenCalls).toBe(1);
    expect((await visitor.list()).connections.map(({ revokedAt }) => typeof revokedAt)).toEqual([
      'string',
      'string',
    ]);
    for (const stored of await storedConnections(stage.service, visitor)) {
      expect(stored.accessToken).toBe('');
      expect(stored.renewal).toBeUndefined();
    }
    expect((await visitor.connect({ provider: 'acme', environment: 'both' })).status).toBe(201);
  });
});

it('with "refresh": "off" no refresh token is kept, and a token that expires ends the connection', async () => {
  await using other = await openStage({ partner: { refresh: 'off' }, partnerTokenLifetime: 600_000 });
  const visitor = new Visitor(other);
  await visitor.connect({ provider: 'acme' });
  expect((await storedConnections(other.service, visitor))[0]).not.toHaveProperty('renewal');
  other.partner?.control.expireTokens();
  const answer = await visitor.call('/paper/v2/account');
  expect(await answer.json()).toMatchObject({ code: 'connection_revoked' });
});

it('no answer and no log line holds a refresh token, or a token that came of one', () => {
  expect(secrets.size).toBeGreaterThan(30);
  const sent = stage.sent();
  const logged = stage.logged();
  for (const secret of [...secrets].flatMap((each) => [each, Buffer.from(each).toString('base64url')])) {
    expect(sent.includes(secret)).toBe(false);
    expect(logged).not.toContain(secret);
  }
});
