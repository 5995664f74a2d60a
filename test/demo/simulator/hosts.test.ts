import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../demo/simulator/index.ts';
import { type Caller, callerOf } from './caller.ts';

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator, { scope: 'data' });
});
afterAll(() => simulator.close());

interface Snapshot {
  symbol: string;
  latestTrade: { p: number };
  latestQuote: { bp: number; ap: number };
  minuteBar: { c: number };
  dailyBar: { c: number };
}

describe('dataHost()', () => {
  it('answers quote, trade and bars of one snapshot that agree', async () => {
    const { status, body } = await call('GET /data/v2/stocks/AAPL/snapshot');
    expect(status).toBe(200);
    const { symbol, latestTrade, latestQuote, minuteBar, dailyBar } = body as Snapshot;
    expect(symbol).toBe('AAPL');
    expect(latestQuote.bp).toBeLessThan(latestTrade.p);
    expect(latestQuote.ap).toBeGreaterThan(latestTrade.p);
    expect(minuteBar.c).toBe(latestTrade.p);
    expect(dailyBar.c).toBe(latestTrade.p);
  });

  it.each(['quote', 'trade', 'bar'])('answers the latest %s of one symbol and of many', async (thing) => {
    const one = await call(`GET /data/v2/stocks/MSFT/${thing}s/latest`);
    expect(one.body).toMatchObject({ symbol: 'MSFT', [thing]: { t: expect.any(String) } });
    const many = await call(`GET /data/v2/stocks/${thing}s/latest?symbols=MSFT,KO`);
    expect(Object.keys((many.body as Record<string, object>)[`${thing}s`] ?? {})).toEqual(['MSFT', 'KO']);
  });

  it('leaves unknown symbols out of a list, and answers 404 for one alone', async () => {
    const list = await call('GET /data/v2/stocks/snapshots?symbols=AAPL,NOPE');
    expect(Object.keys(list.body as object)).toEqual(['AAPL']);
    expect((await call('GET /data/v2/stocks/NOPE/snapshot')).status).toBe(404);
  });

  it('answers 400 for a timeframe or a time that it does not have', async () => {
    expect((await call('GET /data/v2/stocks/AAPL/bars?timeframe=70Min')).status).toBe(400);
    expect((await call('GET /data/v2/stocks/AAPL/bars?timeframe=1Day&start=soon')).status).toBe(400);
  });

  it('wants scope data for stocks and none for crypto', async () => {
    const readOnly = callerOf(simulator, { scope: '' });
    const stocks = await readOnly('GET /data/v2/stocks/AAPL/quotes/latest');
    expect(stocks).toMatchObject({ status: 403, body: { code: 40310000 } });
    const crypto = await readOnly('GET /data/v1beta3/crypto/us/latest/quotes?symbols=BTC%2FUSD');
    expect(crypto).toMatchObject({
      status: 200,
      body: { quotes: { 'BTC/USD': { bp: expect.any(Number) } } },
    });
  });
});
