import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_ACCOUNTS, type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterAll(() => simulator.close());

interface History {
  timestamp: number[];
  equity: number[];
  profit_loss: number[];
  base_value: number;
  timeframe: string;
}

describe('GET /v2/account', () => {
  it('answers every simulated account under its number, money as strings', async () => {
    for (const { environment, number } of SIMULATOR_ACCOUNTS) {
      const { status, body } = await callerOf(simulator, { accountNumbers: [number] })(
        `GET /${environment}/v2/account`,
      );
      expect(status).toBe(200);
      expect(body).toMatchObject({ account_number: number, status: 'ACTIVE', currency: 'USD' });
      expect((body as { cash: unknown }).cash).toMatch(/^\d+(\.\d+)?$/);
      expect(number.startsWith('PA')).toBe(environment === 'paper');
    }
  });
});

describe('/v2/account/configurations', () => {
  it('changes what is given and leaves the rest', async () => {
    const before = (await call('GET /paper/v2/account/configurations')).body as object;
    const changed = await call('PATCH /paper/v2/account/configurations', { trade_confirm_email: 'none' });
    expect(changed).toMatchObject({ status: 200, body: { ...before, trade_confirm_email: 'none' } });
  });

  it('keeps how much margin and which options a person allows', async () => {
    const bounds = { max_margin_multiplier: '2', max_options_trading_level: 1 };
    const path = '/paper/v2/account/configurations';
    expect(await call(`PATCH ${path}`, bounds)).toMatchObject({ status: 200, body: bounds });
    expect((await call(`GET ${path}`)).body).toMatchObject(bounds);
    for (const wrong of [{ max_margin_multiplier: '3' }, { max_options_trading_level: 4 }])
      expect((await call(`PATCH ${path}`, wrong)).status).toBe(422);
  });

  it('refuses what it does not know', async () => {
    const answer = await call('PATCH /paper/v2/account/configurations', { trade_confirm_email: 'weekly' });
    expect(answer.status).toBe(422);
    expect((await call('PATCH /paper/v2/account/configurations', { admin: true })).status).toBe(422);
  });
});

describe('GET /v2/account/portfolio/history', () => {
  it.each([
    ['1D', '1Min'],
    ['1W', '15Min'],
    ['1M', '1D'],
    ['all', '1D'],
  ])('answers %s in steps of %s and ends at the equity of now', async (period, timeframe) => {
    const { body } = await call(`GET /paper/v2/account/portfolio/history?period=${period}`);
    const history = body as History;
    const { equity } = (await call('GET /paper/v2/account')).body as { equity: string };
    expect(history.timeframe).toBe(timeframe);
    expect(history.equity).toHaveLength(history.timestamp.length);
    expect(history.timestamp).toEqual(history.timestamp.toSorted((a, b) => a - b));
    expect(history.profit_loss[0]).toBe(0);
    expect(Math.abs((history.equity.at(-1) ?? 0) / Number(equity) - 1)).toBeLessThan(0.001);
  });

  it('begins with the money the account was opened with', async () => {
    const { body } = await call('GET /paper/v2/account/portfolio/history?period=1A');
    expect((body as History).base_value).toBe(100_000);
  });

  it('reads a window between start and end, a period after a start, and a period before an end', async () => {
    const path = 'GET /paper/v2/account/portfolio/history?timeframe=1D';
    const end = new Date(Date.now() - 5 * 86_400_000);
    const start = new Date(end.getTime() - 7 * 86_400_000);
    const [from, to] = [start.toISOString(), end.toISOString()];
    const answers = [
      await call(`${path}&start=${from}&end=${to}`),
      await call(`${path}&start=${from}&period=7D`),
      await call(`${path}&end=${to}&period=1W`),
    ];
    const [first, ...others] = answers.map(({ body }) => body as History);
    expect(first?.timestamp.at(-1)).toBe(Math.floor(end.getTime() / 1_000));
    expect(first?.timestamp[0]).toBeGreaterThanOrEqual(start.getTime() / 1_000);
    expect(first?.timestamp).toHaveLength(8);
    for (const other of others) expect(other).toEqual(first);
    expect((await call(`${path}&start=${from}&end=${to}&period=1W`)).status).toBe(422);
    expect((await call(`${path}&start=${to}&end=${from}`)).status).toBe(422);
    expect((await call(`${path}&start=2999-01-01`)).status).toBe(422);
  });

  it('refuses a period, a timeframe, or both together, that it does not have', async () => {
    const path = 'GET /paper/v2/account/portfolio/history';
    expect((await call(`${path}?period=forever`)).status).toBe(400);
    expect((await call(`${path}?timeframe=2Min`)).status).toBe(400);
    expect((await call(`${path}?period=1A&timeframe=1Min`)).status).toBe(422);
  });
});

describe('GET /v2/account/activities', () => {
  it('pages through the fills without gap or repetition', async () => {
    const all = (await call('GET /paper/v2/account/activities')).body as { id: string }[];
    const page = (await call('GET /paper/v2/account/activities?page_size=4')).body as { id: string }[];
    const token = encodeURIComponent(page.at(-1)?.id ?? '');
    const rest = await call(`GET /paper/v2/account/activities?page_token=${token}`);
    expect(all.length).toBeGreaterThan(4);
    expect([...page, ...(rest.body as object[])]).toEqual(all);
    expect((await call('GET /paper/v2/account/activities/DIV')).body).toEqual([]);
  });
});

describe('clock, calendar and assets', () => {
  it('answer that the market is open', async () => {
    expect((await call('GET /paper/v2/clock')).body).toMatchObject({ is_open: true });
  });

  it('list the weekdays of a range, settled on the next one', async () => {
    const { body } = await call('GET /paper/v2/calendar?start=2026-06-12&end=2026-06-16');
    expect((body as Record<string, string>[]).map((day) => [day['date'], day['settlement_date']])).toEqual([
      ['2026-06-12', '2026-06-15'],
      ['2026-06-15', '2026-06-16'],
      ['2026-06-16', '2026-06-17'],
    ]);
  });

  it('list no holiday as a trading day', async () => {
    const { body } = await call('GET /paper/v2/calendar?start=2026-11-25&end=2026-11-27');
    expect((body as { date: string }[]).map(({ date }) => date)).toEqual(['2026-11-25', '2026-11-27']);
  });

  it('find a class of shares by its dotted symbol', async () => {
    expect((await call('GET /paper/v2/assets/BRK.B')).body).toMatchObject({ symbol: 'BRK.B' });
    const { body } = await call('GET /data/v2/stocks/BRK.B/trades/latest');
    expect(body).toMatchObject({ symbol: 'BRK.B', trade: { p: expect.any(Number) } });
  });

  it('find an asset by symbol, by id and by its class', async () => {
    const { body } = await call('GET /paper/v2/assets/AAPL');
    const { id } = body as { id: string };
    expect((await call(`GET /paper/v2/assets/${id}`)).body).toEqual(body);
    expect((await call('GET /paper/v2/assets/NOPE')).status).toBe(404);
    const crypto = (await call('GET /paper/v2/assets?asset_class=crypto')).body as { symbol: string }[];
    expect(crypto.map(({ symbol }) => symbol)).toContain('BTC/USD');
    expect(crypto.map(({ symbol }) => symbol)).not.toContain('AAPL');
  });
});
