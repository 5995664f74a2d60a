import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeEach(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterEach(() => simulator.close());

async function positions(): Promise<Record<string, string>[]> {
  return (await call('GET /paper/v2/positions')).body as Record<string, string>[];
}

describe('/v2/positions', () => {
  it('lists positions whose values add up to that of the account', async () => {
    const account = (await call('GET /paper/v2/account')).body as Record<string, string>;
    const held = await positions();
    expect(held.map(({ symbol }) => symbol)).toContain('BTCUSD');
    const cost = held.reduce((sum, position) => sum + Number(position['cost_basis']), 0);
    const value = held.reduce((sum, position) => sum + Number(position['market_value']), 0);
    const profit = held.reduce((sum, position) => sum + Number(position['unrealized_pl']), 0);
    expect(value - cost).toBeCloseTo(profit, 1);
    expect(Number(account['cash']) + Number(account['long_market_value'])).toBeCloseTo(
      Number(account['equity']),
      2,
    );
    expect(Number(account['cash'])).toBeGreaterThan(0);
  });

  it('answers one by symbol, pair or asset id, and 404 for what is not held', async () => {
    const { body } = await call('GET /paper/v2/positions/BTC%2FUSD');
    const { asset_id } = body as { asset_id: string };
    expect((await call(`GET /paper/v2/positions/${asset_id}`)).body).toMatchObject({ symbol: 'BTCUSD' });
    expect(await call('GET /paper/v2/positions/KO')).toMatchObject({
      status: 404,
      body: { code: 40410000, message: 'position does not exist' },
    });
  });

  it('closes a share of one, and the rest of it, with market orders', async () => {
    const first = await call('DELETE /paper/v2/positions/AAPL?percentage=50');
    expect(first).toMatchObject({
      status: 200,
      body: { symbol: 'AAPL', side: 'sell', type: 'market', qty: '15' },
    });
    const tooMuch = await call('DELETE /paper/v2/positions/AAPL');
    expect(tooMuch.status).toBe(403);
    expect((await call('DELETE /paper/v2/positions/AAPL?qty=15')).status).toBe(200);
    await vi.waitFor(async () => expect((await call('GET /paper/v2/positions/AAPL')).status).toBe(404), {
      timeout: 10_000,
      interval: 100,
    });
  });

  it('closes all with 207, one status for each, and cancels what holds them on demand', async () => {
    const limit = {
      symbol: 'AAPL',
      side: 'sell',
      type: 'limit',
      time_in_force: 'gtc',
      qty: 1,
      limit_price: 99_999,
    };
    await call('POST /paper/v2/orders', limit);
    const closed = await call('DELETE /paper/v2/positions?cancel_orders=true');
    expect(closed.status).toBe(207);
    const statuses = (closed.body as { status: number }[]).map(({ status }) => status);
    expect(statuses.length).toBeGreaterThan(3);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await vi.waitFor(async () => expect(await positions()).toEqual([]), { timeout: 10_000, interval: 100 });
  });

  it('closes the others when one is held by an order', async () => {
    const limit = {
      symbol: 'AAPL',
      side: 'sell',
      type: 'limit',
      time_in_force: 'gtc',
      qty: 1,
      limit_price: 99_999,
    };
    await call('POST /paper/v2/orders', limit);
    const { body } = await call('DELETE /paper/v2/positions');
    const refused = (body as { symbol: string; status: number }[]).filter(({ status }) => status === 403);
    expect(refused.map(({ symbol }) => symbol)).toEqual(['AAPL']);
  });
});
