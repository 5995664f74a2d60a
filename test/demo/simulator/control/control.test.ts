import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf, callWith, numberOf } from '../caller.ts';
import { decide, openAuthorize, postToken } from '../give-consent.ts';
import { StreamClient, soon } from '../stream/stream-client.ts';

let simulator: Simulator;
let call: Caller;
beforeEach(async () => {
  simulator = await startSimulator({ coop: 'same-origin' });
  call = callerOf(simulator);
});
afterEach(() => simulator.close());

describe('Control', () => {
  it('sets the opener policy of the pages, of errors and of the way back', async () => {
    expect((await openAuthorize(simulator)).headers.get('cross-origin-opener-policy')).toBe('same-origin');
    simulator.control.coop = 'noopener-allow-popups';
    const pages = [
      await openAuthorize(simulator, { client_id: 'unknown' }),
      await openAuthorize(simulator, { scope: 'unknown' }),
      await decide(simulator, await openAuthorize(simulator), 'allow'),
    ];
    for (const { headers } of pages)
      expect(headers.get('cross-origin-opener-policy')).toBe('noopener-allow-popups');
  });

  it('fails the given number of requests below a path, and no others', async () => {
    const fault = {
      kind: 'answer',
      path: '/paper/v2/orders',
      method: 'POST',
      times: 2,
      status: 503,
    } as const;
    simulator.control.addFault({ ...fault, body: '{"message":"busy"}' });
    expect((await call('GET /paper/v2/orders')).status).toBe(200);
    expect(await call('POST /paper/v2/orders', {})).toMatchObject({ status: 503, body: { message: 'busy' } });
    expect((await call('POST /paper/v2/orders', {})).status).toBe(503);
    expect((await call('POST /paper/v2/orders', {})).status).toBe(422);
  });

  it('drops the connection of a request, and remembers it as unanswered', async () => {
    simulator.control.addFault({ kind: 'drop', path: '/paper' });
    await expect(call('GET /paper/v2/account')).rejects.toThrow('fetch failed');
    expect(simulator.control.requests).toEqual([
      { method: 'GET', path: '/paper/v2/account', status: null, pkce: false },
    ]);
  });

  it('lets a request hang until its client gives up', async () => {
    simulator.control.addFault({ kind: 'hang', path: '/live' });
    const signal = AbortSignal.timeout(100);
    await expect(fetch(`${simulator.liveUrl}/v2/account`, { signal })).rejects.toThrow('timeout');
    expect(simulator.control.requests).toMatchObject([{ status: null }]);
  });

  it('makes the token endpoint answer a page, then nothing useful, then as usual', async () => {
    simulator.control.breakToken('html', 1);
    simulator.control.breakToken('no_token', 1);
    const page = await postToken(simulator, 'any');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await (await postToken(simulator, 'any')).json()).not.toHaveProperty('access_token');
    expect((await postToken(simulator, 'any')).status).toBe(400);
    expect(simulator.control.tokenCalls).toBe(3);
  });

  it('makes the token endpoint time out', async () => {
    simulator.control.breakToken('timeout');
    const signal = AbortSignal.timeout(100);
    await expect(fetch(simulator.tokenUrl, { method: 'POST', signal })).rejects.toThrow('timeout');
  });

  it('revokes the tokens of one account, or all of them', async () => {
    const both = simulator.control.issueToken({
      accountNumbers: [numberOf('paper'), numberOf('live')],
      scope: '',
    });
    const live = callerOf(simulator, { accountNumbers: [numberOf('live')] });
    expect(simulator.control.revoke(numberOf('paper'))).toBe(2);
    expect((await callWith(simulator, both)('GET /live/v2/account')).status).toBe(401);
    expect((await live('GET /live/v2/account')).status).toBe(200);
    expect(simulator.control.revoke()).toBe(1);
    expect((await live('GET /live/v2/account')).status).toBe(401);
    expect(() => simulator.control.revoke('PA0')).toThrow('no account PA0; it has PA3SIM0DESK1');
  });

  it('refuses live orders and market data that Alpaca has not approved, and nothing else, with a 401', async () => {
    const live = callerOf(simulator, { accountNumbers: [numberOf('live')] });
    const refusal = {
      status: 401,
      body: { code: 40110000, message: 'token is not authorized for this scope' },
    };
    simulator.control.liveApproved = false;
    expect(await live('POST /live/v2/orders', MARKET_BUY)).toMatchObject(refusal);
    expect(await live('DELETE /live/v2/positions')).toMatchObject(refusal);
    expect((await live('GET /live/v2/orders')).status).toBe(200);
    expect((await call('POST /paper/v2/orders', MARKET_BUY)).status).toBe(200);
    const snapshots = 'GET /data/v2/stocks/snapshots?symbols=AAPL';
    expect((await call(snapshots)).status).toBe(200);
    simulator.control.dataLicensed = false;
    expect(await call(snapshots)).toMatchObject(refusal);
    simulator.control.reset();
    expect((await call(snapshots)).status).toBe(200);
    expect((await live('POST /live/v2/orders', MARKET_BUY)).status).toBe(200);
  });

  it('puts a gateway in front of a host that asks for a password with a page', async () => {
    simulator.control.refuseAtGateway('paper', 2);
    await expect(StreamClient.open(simulator.paperStreamUrl)).rejects.toThrow('401');
    const answer = await fetch(`${simulator.paperUrl}/v2/account`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="gateway"');
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain('Authorization Required');
    expect((await call('GET /paper/v2/account')).status).toBe(200);
  });

  it('closes and blocks an account, which then takes no order, until the reset', async () => {
    const { control } = simulator;
    control.setStanding(numberOf('paper'), { status: 'ACCOUNT_CLOSED' });
    control.setStanding(numberOf('live'), { trading_blocked: true });
    const live = callerOf(simulator, { accountNumbers: [numberOf('live')] });
    const standing = async (environment: 'paper' | 'live', caller: Caller) =>
      (await caller(`GET /${environment}/v2/account`)).body;
    expect(await standing('paper', call)).toMatchObject({ status: 'ACCOUNT_CLOSED', trading_blocked: false });
    expect(await standing('live', live)).toMatchObject({ status: 'ACTIVE', trading_blocked: true });
    const refusal = { status: 403, body: { code: 40310000, message: 'account is not allowed to trade' } };
    expect(await call('POST /paper/v2/orders', MARKET_BUY)).toMatchObject(refusal);
    expect(await live('POST /live/v2/orders', MARKET_BUY)).toMatchObject(refusal);
    control.setStanding(numberOf('paper'), { status: 'PAPER_ONLY' });
    expect((await call('POST /paper/v2/orders', MARKET_BUY)).status).toBe(200);
    control.reset();
    expect(await standing('paper', call)).toMatchObject({ status: 'ACTIVE' });
    expect((await live('POST /live/v2/orders', MARKET_BUY)).status).toBe(200);
    expect(() => control.setStanding('PA0', {})).toThrow('no account PA0');
  });

  it('reset() ends all misbehaviour, forgets the requests and keeps the tokens', async () => {
    simulator.control.coop = 'unsafe-none';
    simulator.control.delay = 60_000;
    simulator.control.fillsHeld = true;
    simulator.control.addFault({ kind: 'drop', path: '/' });
    simulator.control.reset();
    expect(simulator.control.fillsHeld).toBe(false);
    expect(simulator.control.coop).toBe('same-origin');
    expect((await call('GET /paper/v2/account')).status).toBe(200);
    expect(simulator.control.requests).toHaveLength(1);
  });
});

const MARKET_BUY = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '10' };

describe('Control of orders', () => {
  let id: string;
  beforeEach(async () => {
    simulator.control.fillsHeld = true;
    ({ id } = (await call('POST /paper/v2/orders', MARKET_BUY)).body as { id: string });
  });

  it('holds the fills, makes each of them on command, and lets the market go on', async () => {
    simulator.control.fillOrder(id, { qty: 4, price: 50.5 });
    expect((await call(`GET /paper/v2/orders/${id}`)).body).toMatchObject({
      status: 'partially_filled',
      filled_qty: '4',
      filled_avg_price: '50.5',
    });
    const [activity] = (await call('GET /paper/v2/account/activities')).body as object[];
    expect(activity).toMatchObject({
      type: 'partial_fill',
      order_id: id,
      qty: '4',
      cum_qty: '4',
      leaves_qty: '6',
    });
    simulator.control.fillsHeld = false;
    await soon(async () =>
      expect((await call(`GET /paper/v2/orders/${id}`)).body).toMatchObject({ status: 'filled' }),
    );
    const [last] = (await call('GET /paper/v2/account/activities')).body as object[];
    expect(last).toMatchObject({ type: 'fill', order_status: 'filled', cum_qty: '10', leaves_qty: '0' });
  });

  it.each([
    ['rejected', 'failed_at'],
    ['expired', 'expired_at'],
    ['canceled', 'canceled_at'],
  ] as const)('ends an order as %s', async (outcome, moment) => {
    simulator.control.endOrder(id, outcome);
    const { body } = await call(`GET /paper/v2/orders/${id}`);
    expect(body).toMatchObject({ status: outcome, [moment]: expect.any(String), filled_at: null });
    expect(() => simulator.control.endOrder(id, outcome)).toThrow(`already in "${outcome}" state`);
  });

  it('knows no order that is not there', () => {
    expect(() => simulator.control.fillOrder('unknown')).toThrow('order not found for unknown');
    expect(() => simulator.control.endOrder('unknown', 'expired')).toThrow('order not found for unknown');
  });
});

describe('Control of streams', () => {
  function listen(
    environment: 'paper' | 'live',
    accountNumber = numberOf(environment),
  ): Promise<StreamClient> {
    const token = simulator.control.issueToken({ accountNumbers: [accountNumber], scope: '' });
    return StreamClient.listen(simulator[`${environment}StreamUrl`], token);
  }

  it('drops the streams of an account, of an environment, or all', async () => {
    await using first = await listen('paper');
    await using second = await listen('paper', 'PA3SIM0DESK2');
    await using live = await listen('live');
    await using stranger = await StreamClient.open(simulator.liveStreamUrl);
    expect(simulator.control.dropStreams({ accountNumber: numberOf('paper') })).toBe(1);
    expect(await first.end()).toBe(1006);
    await soon(() => expect(simulator.control.streams()).toEqual({ paper: 1, live: 2 }));
    expect(simulator.control.dropStreams({ environment: 'live', code: 1012 })).toBe(2);
    expect([await live.end(), await stranger.end()]).toEqual([1012, 1012]);
    expect(simulator.control.dropStreams()).toBe(1);
    expect(await second.end()).toBe(1006);
    expect(() => simulator.control.dropStreams({ accountNumber: 'PA0' })).toThrow('no account PA0');
  });

  it('refuses streams a number of times, or for a while, and leaves open ones and requests alone', async () => {
    await using open = await listen('paper');
    simulator.control.refuseStreams('paper', { times: 2 });
    expect((await call('GET /paper/v2/account')).status).toBe(200);
    await expect(StreamClient.open(simulator.paperStreamUrl)).rejects.toThrow('503');
    await expect(StreamClient.open(simulator.paperStreamUrl)).rejects.toThrow('503');
    await using _live = await listen('live');
    await using _paper = await listen('paper');
    simulator.control.refuseStreams('paper', { milliseconds: 1_000 });
    await expect(StreamClient.open(simulator.paperStreamUrl)).rejects.toThrow('503');
    await using _later = await soon(() => listen('paper'));
    expect(open.closed).toBeUndefined();
  });

  it('tells a good token that it is unauthorized, on a stream and in an answer', async () => {
    const token = simulator.control.issueToken({ accountNumbers: [numberOf('paper')], scope: '' });
    simulator.control.refuseAuthentication('paper', 1);
    await using refused = await StreamClient.open(simulator.paperStreamUrl);
    refused.say({ action: 'authenticate', data: { oauth_token: token } });
    const { data } = await refused.next(({ stream }) => stream === 'authorization');
    expect(data).toEqual({ status: 'unauthorized', action: 'authenticate' });
    expect(await refused.end()).toBe(1008);
    await using _accepted = await StreamClient.listen(simulator.paperStreamUrl, token);
    simulator.control.addFault({ kind: 'unauthorized', path: '/paper/v2/clock', times: 1 });
    expect(await call('GET /paper/v2/clock')).toMatchObject({ status: 401, body: { code: 40110000 } });
    expect((await call('GET /paper/v2/clock')).status).toBe(200);
  });

  it('sends garbage: text and bytes of any size', async () => {
    await using client = await listen('paper');
    await using live = await listen('live');
    expect(simulator.control.sendToStreams('no JSON', { environment: 'paper' })).toBe(1);
    expect(simulator.control.sendToStreams(new Uint8Array(20_000_000), { environment: 'paper' })).toBe(1);
    await soon(() => expect(client.frames).toHaveLength(4));
    expect(client.frames.slice(2).map(({ binary, text }) => [binary, text.length])).toEqual([
      [false, 7],
      [true, 20_000_000],
    ]);
    expect(live.frames).toHaveLength(2);
  });
});
