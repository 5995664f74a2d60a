import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator({ requestsPerMinute: 10_000 });
  call = callerOf(simulator, { scope: '' });
});
afterAll(() => simulator.close());

interface Book {
  b: { p: number; s: number }[];
  a: { p: number; s: number }[];
}

describe('cryptoRoutes()', () => {
  it('lists offers ever further from a bid below the ask', async () => {
    const { body } = await call('GET /data/v1beta3/crypto/us/latest/orderbooks?symbols=ETH%2FUSD');
    const { b, a } = (body as { orderbooks: Record<string, Book> }).orderbooks['ETH/USD'] as Book;
    const line = [...b.toReversed(), ...a].map(({ p }) => p);
    expect(line).toEqual(line.toSorted((one, other) => one - other));
    expect(new Set(line).size).toBe(10);
  });

  it('tells the price of a trade within the bar of its minute', async () => {
    const { body } = await call('GET /data/v1beta3/crypto/eu-1/snapshots?symbols=BTC%2FUSD');
    const snapshots = (body as { snapshots: Record<string, Record<string, Record<string, number>>> })
      .snapshots;
    const { latestTrade, minuteBar } = snapshots['BTC/USD'] ?? {};
    expect(latestTrade?.['p']).toBeGreaterThanOrEqual(minuteBar?.['l'] ?? Number.NaN);
    expect(latestTrade?.['p']).toBeLessThanOrEqual(minuteBar?.['h'] ?? Number.NaN);
  });

  it('answers 400 for a place that does not exist, and leaves stocks out', async () => {
    expect((await call('GET /data/v1beta3/crypto/mars/latest/bars?symbols=BTC%2FUSD')).status).toBe(400);
    const { body } = await call('GET /data/v1beta3/crypto/us/latest/bars?symbols=KO,BTC%2FUSD');
    expect(Object.keys((body as { bars: object }).bars)).toEqual(['BTC/USD']);
  });
});
