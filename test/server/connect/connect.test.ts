import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_ACCOUNTS } from '../../../demo/simulator/index.ts';
import type { Connection } from '../../../server/contract.ts';
import { openStage, type Stage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

describe('the connect flow', () => {
  it('tells a page what this server offers before anything is connected', async () => {
    const answer = await new Visitor(stage).call('/connections');
    expect(await answer.json()).toEqual({
      app: 'Test Desk',
      environments: ['paper', 'live'],
      scopes: ['account:write', 'trading', 'data'],
      disclosure: null,
      appUrl: null,
      returnPages: [`${stage.url}/`],
      providers: [
        {
          id: 'alpaca',
          name: 'Alpaca',
          environments: ['paper', 'live'],
          scopes: ['account:write', 'trading', 'data'],
        },
      ],
      connectionsPerSession: 8,
      awayDays: 0,
      connections: [],
      away: [],
    });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('tells a page that its dialog shows the paragraph of the review, and where its link leads', async () => {
    await using reviewed = await openStage({
      environment: { APP_DISCLOSURE: 'review', APP_URL: 'https://www.shop.test/about' },
    });
    const answer = await new Visitor(reviewed).call('/connections');
    expect(await answer.json()).toMatchObject({
      disclosure: 'review',
      appUrl: 'https://www.shop.test/about',
    });
  });

  it('connects a paper account and answers 201 with the connection', async () => {
    const visitor = new Visitor(stage);
    const answer = await visitor.connect({ scope: 'trading data' });
    expect(answer.status).toBe(201);
    const connection = (await answer.json()) as Connection;
    expect(connection).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      provider: 'alpaca',
      environment: 'paper',
      account: {
        id: expect.any(String),
        number: expect.stringMatching(/^PA/),
        status: 'ACTIVE',
        currency: 'USD',
        tradingBlocked: false,
      },
      scope: 'trading data',
      connectedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect((await visitor.list()).connections).toEqual([connection]);
  });

  it('connects an account that cannot trade, and says so in the answer and to every page', async () => {
    await using closed = await openStage();
    for (const { number } of SIMULATOR_ACCOUNTS) {
      closed.simulator.control.setStanding(number, { status: 'ACCOUNT_CLOSED' });
    }
    const visitor = new Visitor(closed);
    const answer = await visitor.connect();
    expect(answer.status).toBe(201);
    const connection = (await answer.json()) as Connection;
    expect(connection.account).toMatchObject({ status: 'ACCOUNT_CLOSED', tradingBlocked: true });
    expect((await visitor.list()).connections).toEqual([connection]);
  });

  it('proxies the connected account', async () => {
    const visitor = new Visitor(stage);
    const { account } = (await (await visitor.connect()).json()) as Connection;
    const answer = await visitor.call('/paper/v2/account');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ account_number: account.number });
    expect(answer.headers.get('x-ratelimit-limit')).toBe('200');
    expect(answer.headers.get('x-upstream-request-id')).toMatch(/^\w+/);
  });

  it('connects both environments with one consent', async () => {
    const visitor = new Visitor(stage);
    expect((await visitor.connect({ environment: 'both' })).status).toBe(201);
    expect((await visitor.list()).connections.map(({ environment }) => environment)).toEqual([
      'paper',
      'live',
    ]);
  });

  it('adds a live account to a session that has a paper one', async () => {
    const visitor = new Visitor(stage);
    await visitor.connect({ environment: 'paper' });
    await visitor.connect({ environment: 'live' });
    expect((await visitor.list()).connections.map(({ environment }) => environment).sort()).toEqual([
      'live',
      'paper',
    ]);
  });

  it('connects a page of another site with a partitioned cookie', async () => {
    const visitor = new Visitor(stage, { origin: stage.foreignUrl });
    const answer = await visitor.connect();
    expect(answer.status).toBe(201);
    expect(answer.headers.get('set-cookie')).toMatch(/SameSite=None/i);
    expect(answer.headers.get('set-cookie')).toMatch(/Partitioned/i);
    expect(answer.headers.get('access-control-allow-origin')).toBe(stage.foreignUrl);
    expect((await visitor.call('/paper/v2/account')).status).toBe(200);
  });

  it('disconnects, as often as asked, and forgets the token', async () => {
    const visitor = new Visitor(stage);
    await visitor.connect();
    for (const _ of [1, 2]) {
      expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    }
    expect((await visitor.list()).connections).toEqual([]);
    expect((await visitor.call('/paper/v2/account')).status).toBe(401);
  });

  it('tells a page that Alpaca no longer accepts the token', async () => {
    const visitor = new Visitor(stage);
    await visitor.connect();
    stage.simulator.control.revoke();
    const answer = await visitor.call('/paper/v2/account');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'connection_revoked' });
    expect((await visitor.list()).connections[0]?.revokedAt).toMatch(/Z$/);
    expect((await visitor.connect()).status).toBe(201);
    expect((await visitor.list()).connections[0]?.revokedAt).toBeUndefined();
  });

  it('delivers a refusal at Alpaca as access_denied', async () => {
    const visitor = new Visitor(stage);
    const { error, grant, codeVerifier } = await visitor.obtainGrant({ decision: 'deny' });
    expect(error?.code).toBe('access_denied');
    const answer = await visitor.exchange(grant, codeVerifier);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'access_denied' });
  });
});
