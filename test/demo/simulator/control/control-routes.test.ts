import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { callerOf, numberOf } from '../caller.ts';
import { openAuthorize } from '../give-consent.ts';
import { StreamClient, soon } from '../stream/stream-client.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

function control(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${simulator.url}/control/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Simulator-Control': '1', ...headers },
    body: JSON.stringify(body),
  });
}

describe('controlRoutes()', () => {
  it('sets policy and faults, and lists the requests but not its own', async () => {
    await control('coop', { value: 'same-origin' });
    await control('faults', { kind: 'answer', path: '/paper', status: 500, times: 1 });
    await control('token', { how: 'no_token', times: 1 });
    expect((await openAuthorize(simulator)).headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect((await fetch(`${simulator.paperUrl}/v2/clock`)).status).toBe(500);
    expect((await fetch(simulator.tokenUrl, { method: 'POST' })).status).toBe(200);
    const answer = await control('requests', {});
    expect(await answer.json()).toEqual({
      requests: [
        { method: 'GET', path: '/oauth/authorize', status: 200, pkce: false },
        { method: 'GET', path: '/paper/v2/clock', status: 500, pkce: false },
        { method: 'POST', path: '/oauth/token', status: 200, pkce: false },
      ],
      tokenCalls: 1,
    });
  });

  it('revokes tokens, delays, and resets', async () => {
    callerOf(simulator);
    expect(await (await control('revoke', { accountNumber: numberOf('paper') })).json()).toEqual({
      revoked: 1,
    });
    await control('delay', { milliseconds: 60_000 });
    expect(simulator.control.delay).toBe(60_000);
    await control('reset', {});
    expect(simulator.control.delay).toBe(0);
  });

  it('takes approval away, puts a gateway in front, and refuses a good token on streams', async () => {
    const call = callerOf(simulator);
    await control('approval', { data: false });
    expect((await call('GET /data/v2/stocks/snapshots?symbols=AAPL')).status).toBe(401);
    await control('gateway', { api: 'paper', times: 1 });
    const answer = await fetch(`${simulator.paperUrl}/v2/account`);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="gateway"']);
    expect((await call('GET /paper/v2/account')).status).toBe(200);
    await control('streams/unauthorized', { environment: 'paper', times: 1 });
    await using client = await StreamClient.open(simulator.paperStreamUrl);
    const token = simulator.control.issueToken({ accountNumbers: [numberOf('paper')], scope: '' });
    client.say({ action: 'authenticate', data: { oauth_token: token } });
    const { data } = await client.next(({ stream }) => stream === 'authorization');
    expect(data).toMatchObject({ status: 'unauthorized' });
  });

  it('closes an account', async () => {
    const call = callerOf(simulator);
    await control('standing', { accountNumber: numberOf('paper'), status: 'ACCOUNT_CLOSED' });
    expect((await call('GET /paper/v2/account')).body).toMatchObject({ status: 'ACCOUNT_CLOSED' });
    expect((await control('standing', { status: 'ACCOUNT_CLOSED' })).status).toBe(400);
  });

  it('holds, fills and ends orders', async () => {
    const call = callerOf(simulator);
    const buy = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '10' };
    await control('orders/hold', { held: true });
    const { id } = (await call('POST /paper/v2/orders', buy)).body as { id: string };
    expect((await control('orders/fill', { id, qty: 4, price: 50 })).status).toBe(200);
    expect((await control('orders/fill', { id, qty: 7 })).status).toBe(422);
    expect((await control('orders/end', { id, outcome: 'expired' })).status).toBe(200);
    expect((await control('orders/end', { id, outcome: 'expired' })).status).toBe(422);
    expect((await control('orders/fill', { id: 'unknown' })).status).toBe(404);
    expect((await call(`GET /paper/v2/orders/${id}`)).body).toMatchObject({
      status: 'expired',
      filled_qty: '4',
    });
  });

  it('counts, feeds, refuses and drops streams', async () => {
    await using client = await StreamClient.open(simulator.paperStreamUrl);
    expect(await (await control('streams', {})).json()).toEqual({ paper: 1, live: 0 });
    const sent = [
      await control('streams/send', { text: 'hello' }),
      await control('streams/send', { bytes: 1_000, environment: 'paper' }),
      await control('streams/send', { bytes: 1_000, environment: 'live' }),
    ];
    expect(await Promise.all(sent.map((answer) => answer.json()))).toEqual([
      { sent: 1 },
      { sent: 1 },
      { sent: 0 },
    ]);
    await soon(() => expect(client.frames.map(({ binary }) => binary)).toEqual([false, true]));
    await control('streams/refuse', { environment: 'paper', times: 1 });
    await expect(StreamClient.open(simulator.paperStreamUrl)).rejects.toThrow('503');
    expect(await (await control('streams/drop', { code: 1001 })).json()).toEqual({ dropped: 1 });
    expect(await client.end()).toBe(1001);
  });

  it.each([
    ['streams/drop', { code: 1006 }],
    ['streams/drop', { accountNumber: 'PA0' }],
    ['streams/refuse', { environment: 'data' }],
    ['streams/send', { text: 'both', bytes: 1 }],
    ['streams/send', { bytes: 10_000_000_000 }],
    ['orders/fill', { id: 'any', qty: -1 }],
    ['orders/end', { id: 'any', outcome: 'filled' }],
  ])('answers 400 to %s with %j', async (path, body) => {
    await using _client = await StreamClient.open(simulator.paperStreamUrl);
    expect((await control(path, body)).status).toBe(400);
  });

  it('says what is wrong with a body', async () => {
    const answer = await control('coop', { value: 'open' });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { message: string }).message).toContain('same-origin-allow-popups');
    expect((await control('revoke', { accountNumber: 'PA0' })).status).toBe(400);
  });

  // A page that the developer visits posts to the simulator on localhost, with what a form or a simple fetch can send.
  // It would revoke tokens or read which requests were made.
  it.each([
    ['a form', { 'Content-Type': 'text/plain' }],
    ['a form that carries the header by luck', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['JSON without the header', { 'X-Simulator-Control': '' }],
  ])('refuses %s', async (_name, headers) => {
    callerOf(simulator);
    expect((await control('revoke', {}, headers)).status).toBe(400);
    expect(simulator.control.revoke()).toBe(1);
  });

  it('answers no preflight', async () => {
    const answer = await fetch(`${simulator.url}/control/reset`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});
