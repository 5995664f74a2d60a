import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator({ requestsPerMinute: 10_000 });
  call = callerOf(simulator, { scope: 'data' });
});
afterAll(() => simulator.close());

/** The list under a name in the answer to a call that must succeed. */
async function list<Item>(line: string, name: string): Promise<Item[]> {
  const { status, body } = await call(`GET /data${line}`);
  expect(status).toBe(200);
  return (body as Record<string, Item[]>)[name] ?? [];
}

describe('stockRoutes()', () => {
  it('tells past quotes, trades and bars of the same moment that agree', async () => {
    const minute = 'start=2026-06-15T14:30:00Z&end=2026-06-15T14:30:59Z';
    const quotes = await list<{ bp: number; ap: number }>(`/v2/stocks/AAPL/quotes?${minute}`, 'quotes');
    const trades = await list<{ p: number }>(`/v2/stocks/AAPL/trades?${minute}`, 'trades');
    const [bar] = await list<{ l: number; h: number }>(
      `/v2/stocks/AAPL/bars?timeframe=1Min&${minute}`,
      'bars',
    );
    expect([quotes.length, trades.length]).toEqual([60, 60]);
    for (const [index, { p }] of trades.entries()) {
      expect(p).toBeGreaterThan(quotes[index]?.bp ?? 0);
      expect(p).toBeLessThan(quotes[index]?.ap ?? 0);
      expect(p).toBeGreaterThanOrEqual(bar?.l ?? Number.NaN);
      expect(p).toBeLessThanOrEqual(bar?.h ?? Number.NaN);
    }
  });

  it('holds auctions on weekdays, at the opening and at the close', async () => {
    const week = 'start=2026-06-12&end=2026-06-15T12:00:00Z';
    const auctions = await list<{ d: string; o: object[]; c: object[] }>(
      `/v2/stocks/KO/auctions?${week}`,
      'auctions',
    );
    expect(auctions.map(({ d }) => d)).toEqual(['2026-06-12', '2026-06-15']);
    expect(auctions[0]).toMatchObject({
      o: [{ t: '2026-06-12T13:30:00.000Z', x: 'N' }],
      c: [{ t: '2026-06-12T20:00:00.000Z', x: 'N' }],
    });
  });

  it('explains the codes of its quotes and trades', async () => {
    const exchanges = (await call('GET /data/v2/stocks/meta/exchanges')).body as object;
    const conditions = (await call('GET /data/v2/stocks/meta/conditions/quote?tape=C')).body as object;
    const quote = (await call('GET /data/v2/stocks/KO/quotes/latest')).body as {
      quote: { bx: string; ax: string; c: string[] };
    };
    expect(Object.keys(exchanges)).toEqual(expect.arrayContaining([quote.quote.bx, quote.quote.ax]));
    expect(Object.keys(conditions)).toEqual(expect.arrayContaining(quote.quote.c));
    expect((await call('GET /data/v2/stocks/meta/conditions/quote')).status).toBe(400);
    expect((await call('GET /data/v2/stocks/meta/conditions/nonsense?tape=A')).status).toBe(404);
  });

  it('names each symbol once, and crypto not at all', async () => {
    const { body } = await call('GET /data/v2/stocks/quotes/latest?symbols=KO,KO,BTC%2FUSD,V');
    expect(Object.keys((body as { quotes: object }).quotes)).toEqual(['KO', 'V']);
  });

  it.each(['quotes', 'trades', 'auctions', 'bars'])(
    'answers 404 for the past %s of an unknown symbol',
    async (name) => {
      expect((await call(`GET /data/v2/stocks/NOPE/${name}?timeframe=1Day`)).status).toBe(404);
    },
  );
});
