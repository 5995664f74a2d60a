import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterAll(() => simulator.close());

describe('locateRoutes()', () => {
  it('finds the shares that are asked for, at the fee that it quotes', async () => {
    const quotes = await call('GET /paper/v1/locates/quotes?symbols=KO,NOPE');
    expect(quotes.body).toMatchObject({
      quotes: [{ symbol: 'KO', price: '0.02' }],
      errors: [{ symbol: 'NOPE', code: 'symbol_not_found' }],
    });
    const made = await call('POST /paper/v1/locates', { symbol: 'KO', qty: 300 });
    const expected = {
      symbol: 'KO',
      located_qty: 300,
      located_price: '0.02',
      total_fee: '6',
      status: 'active',
    };
    expect(made).toMatchObject({ status: 201, body: expected });
    const { id } = made.body as { id: string };
    expect((await call(`GET /paper/v1/locates/${id}`)).body).toEqual(made.body);
    const active = (await call('GET /paper/v1/locates?status=active')).body as { locates: unknown[] };
    expect(active.locates).toEqual([made.body]);
    const all = (await call('GET /paper/v1/locates')).body as { locates: unknown[] };
    expect(all.locates).toMatchObject([{ symbol: 'KO' }, { symbol: 'TSLA', status: 'expired' }]);
    expect((await call('GET /paper/v1/locates?symbol=V')).body).toMatchObject({ locates: [] });
  });

  it.each([
    ['a broken lot', { symbol: 'KO', qty: 150 }, 400, 'invalid_input'],
    ['no quantity', { symbol: 'KO' }, 400, 'invalid_input'],
    ['an unknown symbol', { symbol: 'NOPE', qty: 100 }, 422, 'symbol_not_found'],
  ])('refuses %s, with an error named in words', async (_what, body, status, code) => {
    expect(await call('POST /paper/v1/locates', body)).toMatchObject({ status, body: { code } });
  });

  it('answers 404 for an unknown locate', async () => {
    expect((await call('GET /paper/v1/locates/00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});
