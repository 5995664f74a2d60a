import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { callerOf, callWith, numberOf } from '../caller.ts';

const UNAUTHORIZED = { status: 401, body: { code: 40110000, message: 'request is not authorized' } };
const OUT_OF_SCOPE = {
  status: 403,
  body: { code: 40310000, message: 'access token is not authorized for this scope' },
};

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

describe('requireToken()', () => {
  it('refuses an unknown token on every host', async () => {
    const call = callWith(simulator, 'unknown');
    expect(await call('GET /paper/v2/account')).toMatchObject(UNAUTHORIZED);
    expect(await call('GET /live/v2/account')).toMatchObject(UNAUTHORIZED);
    expect(await call('GET /data/v2/stocks/AAPL/snapshot')).toMatchObject(UNAUTHORIZED);
  });

  it('refuses a request without a token, and does not take API keys', async () => {
    const headers = { 'APCA-API-KEY-ID': 'PK', 'APCA-API-SECRET-KEY': 'secret' };
    expect((await fetch(`${simulator.paperUrl}/v2/account`, { headers })).status).toBe(401);
  });

  it('refuses a paper token on the live host with a scope error, as Alpaca does', async () => {
    const call = callerOf(simulator);
    expect(await call('GET /live/v2/account')).toMatchObject(OUT_OF_SCOPE);
    expect(await call('GET /paper/v2/account')).toMatchObject({ status: 200 });
  });

  it('refuses a token from its revocation on', async () => {
    const call = callerOf(simulator, { accountNumbers: [numberOf('live')] });
    expect((await call('GET /live/v2/account')).status).toBe(200);
    expect(simulator.control.revoke(numberOf('live'))).toBe(1);
    expect(await call('GET /live/v2/account')).toMatchObject(UNAUTHORIZED);
  });
});

describe('requireScope()', () => {
  it.each([
    ['POST /paper/v2/orders', 'trading'],
    ['PATCH /paper/v2/orders/x', 'trading'],
    ['DELETE /paper/v2/orders', 'trading'],
    ['DELETE /paper/v2/orders/x', 'trading'],
    ['DELETE /paper/v2/positions', 'trading'],
    ['DELETE /paper/v2/positions/AAPL', 'trading'],
    ['PATCH /paper/v2/account/configurations', 'account:write'],
    ['POST /paper/v2/watchlists', 'account:write'],
    ['PUT /paper/v2/watchlists:by_name?name=x', 'account:write'],
    ['DELETE /paper/v2/watchlists/x', 'account:write'],
    ['DELETE /paper/v2/watchlists/x/AAPL', 'account:write'],
  ])('refuses %s without scope %s', async (line, scope) => {
    const others = ['account:write', 'trading', 'data'].filter((other) => other !== scope).join(' ');
    expect(await callerOf(simulator, { scope: others })(line)).toMatchObject(OUT_OF_SCOPE);
    expect(await callerOf(simulator, { scope })(line, {})).not.toMatchObject(OUT_OF_SCOPE);
  });

  it('lets a token without any scope read the account', async () => {
    const call = callerOf(simulator, { scope: '' });
    for (const path of ['account', 'positions', 'orders', 'watchlists', 'clock', 'assets', 'calendar'])
      expect((await call(`GET /paper/v2/${path}`)).status).toBe(200);
  });
});
