import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

interface Page {
  bars: Record<string, { t: string }[]>;
  next_page_token: string | null;
}

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator({ requestsPerMinute: 10_000 });
  call = callerOf(simulator, { scope: 'data' });
});
afterAll(() => simulator.close());

const DAYS = 'symbols=KO,AAPL&timeframe=1Day&start=2026-01-05&end=2026-01-09';

/** Symbol and day of every bar, page by page. */
async function readPages(query: string): Promise<string[][]> {
  const pages: string[][] = [];
  let token = '';
  do {
    const { body } = await call(`GET /data/v2/stocks/bars?${query}${token}`);
    const { bars, next_page_token } = body as Page;
    pages.push(
      Object.entries(bars).flatMap(([symbol, list]) => list.map(({ t }) => `${symbol} ${t.slice(8, 10)}`)),
    );
    token = next_page_token === null ? '' : `&page_token=${next_page_token}`;
  } while (token !== '');
  return pages;
}

describe('readHistory()', () => {
  it('sorts by symbol, then by time, from start to end', async () => {
    const days = ['05', '06', '07', '08', '09'];
    expect(await readPages(DAYS)).toEqual([
      [...days.map((day) => `AAPL ${day}`), ...days.map((day) => `KO ${day}`)],
    ]);
  });

  it.each(['asc', 'desc'])('gives every item once over pages of any size, sorted %s', async (sort) => {
    const [whole = []] = await readPages(`${DAYS}&sort=${sort}`);
    expect(whole).toHaveLength(10);
    for (const limit of [1, 2, 3, 5, 7, 9, 10, 11]) {
      const pages = await readPages(`${DAYS}&sort=${sort}&limit=${limit}`);
      expect(pages.flat()).toEqual(whole);
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    }
  });

  it('turns the order around within each symbol', async () => {
    const [page = []] = await readPages(`${DAYS}&sort=desc`);
    expect([page[0], page[4], page[5]]).toEqual(['AAPL 09', 'AAPL 05', 'KO 09']);
  });

  it('has each day once in both orders while the clocks change', async () => {
    const spring = 'symbols=KO&timeframe=1Day&start=2026-03-05&end=2026-03-11';
    const [forwards = []] = await readPages(spring);
    expect(forwards).toEqual(['05', '06', '09', '10', '11'].map((day) => `KO ${day}`));
    expect(await readPages(`${spring}&sort=desc`)).toEqual([forwards.toReversed()]);
  });

  it('takes a date as the first moment of a day at the start, and as the last at the end', async () => {
    const hours = async (query: string) => {
      const { body } = await call(`GET /data/v2/stocks/KO/bars?timeframe=1Hour&limit=100&${query}`);
      return (body as { bars: { t: string }[] }).bars.map(({ t }) => t);
    };
    const day = await hours('start=2026-01-07&end=2026-01-07');
    expect(day).toHaveLength(24);
    expect([day[0], day[23]]).toEqual(['2026-01-07T00:00:00Z', '2026-01-07T23:00:00Z']);
    expect(await hours('start=2026-01-07&end=2026-01-07T02:00:00Z')).toHaveLength(3);
  });

  it('has no stocks traded on weekends and holidays, but crypto', async () => {
    const days = async (path: string) => {
      const { body } = await call(`GET /data/${path}&start=2025-07-03T04:00:00Z&end=2025-07-07`);
      const { bars } = body as Page;
      return Object.values(bars).flatMap((list) => list.map(({ t }) => t.slice(8, 10)));
    };
    // Independence Day was a Friday.
    expect(await days('v2/stocks/bars?symbols=KO&timeframe=1Day')).toEqual(['03', '07']);
    // In New York, the first hours of the fourth in UTC are still the third.
    const hours = await days('v2/stocks/bars?symbols=KO&timeframe=1Hour');
    expect([...new Set(hours)]).toEqual(['03', '04', '07']);
    const coins = await days('v1beta3/crypto/us/bars?symbols=BTC%2FUSD&timeframe=1Day');
    expect(coins).toEqual(['03', '04', '05', '06', '07']);
  });

  it('ends with the present, whatever end says', async () => {
    const { body } = await call('GET /data/v2/stocks/KO/quotes?sort=desc&limit=1&end=2100-01-01');
    const [quote] = (body as { quotes: { t: string }[] }).quotes;
    expect(Math.abs(Date.parse(quote?.t ?? '') - Date.now())).toBeLessThan(5_000);
  });

  it('joins days to weeks and months', async () => {
    const query = 'start=2026-01-05&end=2026-01-11T23:00:00Z';
    const { body: days } = await call(`GET /data/v2/stocks/KO/bars?timeframe=1Day&${query}`);
    const { body: weeks } = await call(`GET /data/v2/stocks/KO/bars?timeframe=1Week&${query}`);
    const five = (days as { bars: { o: number; h: number; l: number; c: number; v: number }[] }).bars;
    const [week] = (weeks as typeof days as { bars: typeof five }).bars;
    expect(five).toHaveLength(5);
    expect(week).toMatchObject({
      o: five[0]?.o,
      h: Math.max(...five.map(({ h }) => h)),
      l: Math.min(...five.map(({ l }) => l)),
      c: five[4]?.c,
      v: five.reduce((sum, { v }) => sum + v, 0),
    });
  });

  it.each([
    ['page_token=bm9uc2Vuc2U', 'page_token'],
    ['page_token=%00', 'page_token'],
    ['start=yesterday', 'start'],
    ['start=2026-02-01&end=2026-01-01', 'start'],
    ['sort=up', 'sort'],
    ['limit=0', 'limit'],
    ['limit=many', 'limit'],
  ])('answers 400 for %s', async (query, named) => {
    const answer = await call(`GET /data/v2/stocks/bars?symbols=KO&timeframe=1Day&${query}`);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 40010000, message: expect.stringContaining(named) },
    });
  });

  it('answers 400 without symbols', async () => {
    expect((await call('GET /data/v2/stocks/trades')).status).toBe(400);
  });
});
