import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Answer, type Caller, callerOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeEach(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterEach(() => simulator.close());

function symbols({ body }: Answer): string[] {
  return (body as { assets: { symbol: string }[] }).assets.map(({ symbol }) => symbol);
}

describe('/v2/watchlists', () => {
  it('creates, reads, changes and deletes a list by id', async () => {
    const created = await call('POST /paper/v2/watchlists', { name: 'Mine', symbols: ['KO', 'BTC/USD'] });
    const { id } = created.body as { id: string };
    const path = `/paper/v2/watchlists/${id}`;
    expect(symbols(created)).toEqual(['KO', 'BTC/USD']);
    expect(symbols(await call(`POST ${path}`, { symbol: 'V' }))).toEqual(['KO', 'BTC/USD', 'V']);
    expect(symbols(await call(`DELETE ${path}/BTC%2FUSD`))).toEqual(['KO', 'V']);
    expect((await call(`PUT ${path}`, { name: 'Yours' })).body).toMatchObject({ name: 'Yours' });
    expect(symbols(await call(`GET ${path}`))).toEqual(['KO', 'V']);
    expect((await call(`DELETE ${path}`)).status).toBe(204);
    expect(await call(`GET ${path}`)).toMatchObject({ status: 404, body: { code: 40410000 } });
  });

  it('reads, changes and deletes a list by name', async () => {
    await call('POST /paper/v2/watchlists', { name: 'Two words' });
    const path = '/paper/v2/watchlists:by_name?name=Two%20words';
    expect(symbols(await call(`POST ${path}`, { symbol: 'V' }))).toEqual(['V']);
    expect(symbols(await call(`PUT ${path}`, { symbols: ['KO'] }))).toEqual(['KO']);
    expect((await call(`DELETE ${path}`)).status).toBe(204);
    expect((await call(`GET ${path}`)).status).toBe(404);
  });

  it('refuses a name that is taken or missing, and a symbol that does not exist', async () => {
    expect((await call('POST /paper/v2/watchlists', { name: 'Primary Watchlist' })).status).toBe(422);
    expect((await call('POST /paper/v2/watchlists', {})).status).toBe(422);
    expect((await call('POST /paper/v2/watchlists', { name: 'Mine', symbols: ['NOPE'] })).status).toBe(422);
    expect((await call('GET /paper/v2/watchlists')).body).toMatchObject({ length: 1 });
  });
});
