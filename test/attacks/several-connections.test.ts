import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from 'cookie-signature';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../server/contract.ts';
import { Sessions } from '../../server/session/sessions.ts';
import { exampleConnection } from '../server/session/example-connection.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const FIRST = 'PA3SIM0DESK1';
const SECOND = 'PA3SIM0DESK2';
const LIVE = '900000001';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => stage.simulator.control.reset());

async function connect(visitor: Visitor, account: string, keep = true): Promise<Connection> {
  const environment = account === LIVE ? 'live' : 'paper';
  const answer = await visitor.connect({ account, keep, environment });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Connection;
}

/** Somebody with both paper accounts and the live one. */
async function threeAccounts() {
  const visitor = new Visitor(stage);
  const first = await connect(visitor, FIRST);
  const second = await connect(visitor, SECOND);
  const live = await connect(visitor, LIVE);
  return { visitor, first, second, live };
}

const naming = (id: string) => ({ headers: { 'X-Alpaca-Connection': id } });

async function numbers(visitor: Visitor): Promise<string[]> {
  const answer = (await (await visitor.call('/connections')).json()) as { connections: Connection[] };
  return answer.connections.map(({ account }) => account.number);
}

describe('an order', () => {
  const order = (id?: string) => ({
    method: 'POST',
    body: { symbol: 'NVDA', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' },
    ...(id === undefined ? {} : naming(id)),
  });

  it('goes to the account that it names, and to no other', async () => {
    const { visitor, first, second, live } = await threeAccounts();
    const count = async (api: string, id: string) =>
      ((await (await visitor.call(`/${api}/v2/orders?status=all`, naming(id))).json()) as unknown[]).length;
    const counts = () =>
      Promise.all([count('paper', first.id), count('paper', second.id), count('live', live.id)]);
    const before = await counts();
    expect((await visitor.call('/paper/v2/orders', order(second.id))).status).toBe(200);
    expect(await counts()).toEqual([before[0], Number(before[1]) + 1, before[2]]);
    expect((await visitor.call('/live/v2/orders', order(live.id))).status).toBe(200);
    expect(await counts()).toEqual([before[0], Number(before[1]) + 1, Number(before[2]) + 1]);
  });

  it('that names none of several is refused before anything is sent, and says how to choose', async () => {
    const { visitor } = await threeAccounts();
    stage.simulator.control.log.clear();
    for (const [path, call] of [
      ['/paper/v2/orders', order()],
      ['/paper/v2/account', {}],
      ['/paper/v2/orders', { method: 'DELETE' }],
      ['/paper/stream', {}],
    ] as const) {
      const answer = await visitor.call(path, call);
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({
        code: 'connection_ambiguous',
        message: expect.stringMatching(/Nothing was sent.*X-Alpaca-Connection.*GET \/connections/s),
      });
    }
    expect(stage.simulator.control.requests).toEqual([]);
    // Of the live ones there is only one.
    expect((await visitor.call('/live/v2/account')).status).toBe(200);
  });

  it('does not go to the other account once the one before it was revoked', async () => {
    const { visitor, first, second } = await threeAccounts();
    stage.simulator.control.revoke(FIRST);
    expect((await visitor.call('/paper/v2/account', naming(first.id))).status).toBe(401);
    const answer = await visitor.call('/paper/v2/orders', order());
    expect(await answer.json()).toMatchObject({ code: 'connection_ambiguous' });
    expect((await visitor.call('/paper/v2/account', naming(second.id))).status).toBe(200);
    expect(await (await visitor.call('/paper/v2/account', naming(first.id))).json()).toMatchObject({
      code: 'connection_revoked',
    });
  });
});

describe('the id of a connection', () => {
  it('of somebody else, of another environment and of nobody are refused alike, and nothing is sent', async () => {
    const { visitor, live } = await threeAccounts();
    const somebodyElse = new Visitor(stage);
    const foreign = await connect(somebodyElse, FIRST);
    stage.simulator.control.log.clear();
    const answers = await Promise.all(
      [UNKNOWN, foreign.id, live.id, '', 'paper', `${foreign.id}, ${foreign.id}`].map(async (id) => {
        const answer = await visitor.call('/paper/v2/account', naming(id));
        const { requestId: _, ...body } = (await answer.json()) as Record<string, unknown>;
        return { status: answer.status, body };
      }),
    );
    const [unknown, ...others] = answers;
    expect(unknown).toMatchObject({ status: 401, body: { code: 'not_connected' } });
    for (const other of others) expect(other).toEqual(unknown);
    expect(stage.simulator.control.requests).toEqual([]);
  });

  it('is not passed on to Alpaca', async () => {
    const { visitor, second } = await threeAccounts();
    stage.simulator.control.log.clear();
    await visitor.call('/paper/v2/account', naming(second.id));
    expect(stage.simulator.control.requests).toHaveLength(1);
    expect(JSON.stringify(stage.simulator.control.requests)).not.toContain(second.id);
  });

  it('disconnects that one alone, and one of somebody else not at all', async () => {
    const { visitor, first } = await threeAccounts();
    const somebodyElse = new Visitor(stage);
    const foreign = await connect(somebodyElse, FIRST);
    for (const id of [foreign.id, UNKNOWN]) {
      expect((await visitor.call(`/connections/${id}`, { method: 'DELETE' })).status).toBe(204);
    }
    expect(await numbers(visitor)).toEqual([FIRST, SECOND, LIVE]);
    expect(await numbers(somebodyElse)).toEqual([FIRST]);
    for (let time = 0; time < 2; time += 1) {
      expect((await visitor.call(`/connections/${first.id}`, { method: 'DELETE' })).status).toBe(204);
      expect(await numbers(visitor)).toEqual([SECOND, LIVE]);
    }
    expect((await visitor.call('/connections/data', { method: 'DELETE' })).status).toBe(404);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect(await numbers(visitor)).toEqual([LIVE]);
  });
});

describe('another account', () => {
  it('replaces those of its environment unless it is to be kept beside them', async () => {
    const { visitor } = await threeAccounts();
    expect(await numbers(visitor)).toEqual([FIRST, SECOND, LIVE]);
    await connect(visitor, SECOND, false);
    expect(await numbers(visitor)).toEqual([LIVE, SECOND]);
  });

  it('that is the same account takes its own place, under a new id', async () => {
    const { visitor, first } = await threeAccounts();
    const again = await connect(visitor, FIRST);
    expect(again.id).not.toBe(first.id);
    expect(await numbers(visitor)).toEqual([SECOND, LIVE, FIRST]);
    expect((await visitor.call('/paper/v2/account', naming(first.id))).status).toBe(401);
  });

  it('is refused beyond the limit before its grant is spent, and the grant is good once there is room', async () => {
    await using small = await openStage({ environment: { CONNECTIONS_PER_SESSION: '1' } });
    const visitor = new Visitor(small);
    const first = (await (await visitor.connect({ account: FIRST })).json()) as Connection;
    const { grant, codeVerifier } = await visitor.obtainGrant({ account: SECOND });
    const tokenCalls = small.simulator.control.tokenCalls;
    const refused = await visitor.exchange(grant, codeVerifier, {}, true);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      code: 'too_many_connections',
      message: expect.stringContaining('Disconnect one'),
    });
    expect(small.simulator.control.tokenCalls).toBe(tokenCalls);
    expect((await visitor.call(`/connections/${first.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await visitor.exchange(grant, codeVerifier, {}, true)).status).toBe(201);
    expect(await numbers(visitor)).toEqual([SECOND]);
  });

  it('finds room where a revoked one was', async () => {
    await using small = await openStage({ environment: { CONNECTIONS_PER_SESSION: '1' } });
    const visitor = new Visitor(small);
    await visitor.connect({ account: FIRST });
    small.simulator.control.revoke(FIRST);
    expect((await visitor.call('/paper/v2/account')).status).toBe(401);
    expect((await visitor.connect({ account: SECOND, keep: true })).status).toBe(201);
    expect(await numbers(visitor)).toEqual([SECOND]);
  });
});

describe('eight connections of one person', () => {
  /** Answers with the token that it was sent, and refuses one. */
  const upstream = createServer(({ headers }, response) => {
    const { authorization = '' } = headers;
    const isRevoked = authorization.endsWith('-3');
    response.writeHead(isRevoked ? 401 : 200, { 'Content-Type': 'application/json' });
    const wait = Math.random() * 20;
    const body = isRevoked ? { code: 40110000, message: 'request is not authorized' } : { authorization };
    setTimeout(() => response.end(JSON.stringify(body)), wait);
  });
  afterAll(() => void upstream.close().closeAllConnections());

  it('with a hundred requests each at a time: every answer is of the account that was named', async () => {
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    await using echo = await openStage({ environment: { ALPACA_PAPER_URL: `http://127.0.0.1:${port}` } });
    const { records, sealer } = echo.service;
    const connections = Array.from({ length: 8 }, (_, index) =>
      exampleConnection({ accessToken: `token-${index}` }),
    );
    await new Sessions({ records, idle: 3_600_000, absolute: 3_600_000 }).create('planted', {
      cookie: {},
      connections,
    });
    const visitor = new Visitor(echo);
    const [secret = ''] = sealer.signingSecrets();
    visitor.cookies.set('alpaca.sid', encodeURIComponent(`s:${sign('planted', secret)}`));

    const calls = connections.flatMap(({ id }, index) => Array.from({ length: 100 }, () => ({ id, index })));
    const answers = await Promise.all(
      calls.map(async ({ id, index }) => {
        const answer = await visitor.call('/paper/v2/account', naming(id));
        return { index, status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      }),
    );
    const answered = new Set<number>();
    for (const { index, status, body } of answers) {
      if (index === 3) {
        expect(status).toBe(401);
        continue;
      }
      // With so many at a time, some wait too long for a place; none of them may be answered for another account.
      if (status === 503) continue;
      expect(body).toEqual({ authorization: `Bearer token-${index}` });
      answered.add(index);
    }
    expect(answered.size).toBe(7);
  });
});
