import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

interface Actions {
  corporate_actions: Record<string, { id: string; symbol: string; process_date: string }[]>;
  next_page_token: string | null;
}

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterAll(() => simulator.close());

async function actions(query: string): Promise<Actions> {
  const { status, body } = await call(`GET /data/v1/corporate-actions?${query}`);
  expect(status).toBe(200);
  return body as Actions;
}

describe('corporateActionRoutes()', () => {
  it('groups actions by type, within the dates of their processing', async () => {
    const { corporate_actions: found } = await actions('start=2026-04-01&end=2026-06-30');
    expect(Object.keys(found).sort()).toEqual(['cash_dividends', 'forward_splits']);
    expect(found['forward_splits']).toMatchObject([{ symbol: 'NVDA', old_rate: 1, new_rate: 2 }]);
    expect(found['cash_dividends']?.map(({ symbol }) => symbol).sort()).toEqual([
      'AAPL',
      'COST',
      'JPM',
      'KO',
      'MSFT',
      'V',
      'WMT',
    ]);
    const dates = found['cash_dividends']?.map(({ process_date }) => process_date) ?? [];
    expect(dates).toEqual(dates.toSorted());
    expect(dates.every((date) => date >= '2026-04-01' && date <= '2026-06-30')).toBe(true);
  });

  it('filters by symbol, type and id, and pages', async () => {
    const year = 'start=2025-01-01&end=2025-12-31';
    const { corporate_actions: ofKo } = await actions(`${year}&symbols=KO`);
    expect(ofKo['cash_dividends']).toHaveLength(4);
    expect((await actions(`${year}&types=forward_split`)).corporate_actions).toMatchObject({
      forward_splits: [{ symbol: 'NFLX' }],
    });
    const id = ofKo['cash_dividends']?.[1]?.id;
    expect((await actions(`ids=${id}`)).corporate_actions).toEqual({
      cash_dividends: [ofKo['cash_dividends']?.[1]],
    });
    const first = await actions(`${year}&symbols=KO&limit=3&sort=desc`);
    const rest = await actions(`${year}&symbols=KO&limit=3&sort=desc&page_token=${first.next_page_token}`);
    const paged = [first, rest].flatMap((page) => page.corporate_actions['cash_dividends']);
    expect(paged).toEqual(ofKo['cash_dividends']?.toReversed());
    expect(rest.next_page_token).toBeNull();
  });

  it('answers 400 for days in the wrong order', async () => {
    expect((await call('GET /data/v1/corporate-actions?start=2026-02-01&end=2026-01-01')).status).toBe(400);
  });
});

describe('announcementRoutes()', () => {
  const quarter = 'since=2026-04-01&until=2026-06-29';

  it('announces the same actions on the trading host', async () => {
    const splits = (await call(`GET /paper/v2/corporate_actions/announcements?ca_types=Split&${quarter}`))
      .body;
    expect(splits).toMatchObject([{ initiating_symbol: 'NVDA', ex_date: '2026-04-13', new_rate: '2' }]);
    const [{ id } = { id: '' }] = splits as { id: string }[];
    expect((await call(`GET /paper/v2/corporate_actions/announcements/${id}`)).body).toEqual(
      (splits as object[])[0],
    );
    const of = (
      await call(`GET /paper/v2/corporate_actions/announcements?ca_types=Dividend&symbol=V&${quarter}`)
    ).body;
    expect(of).toMatchObject([{ initiating_symbol: 'V', cash: '0.59' }]);
  });

  it.each([
    quarter,
    'ca_types=Split&since=2026-01-01',
    'ca_types=Split&since=2026-01-01&until=2026-12-01',
    `ca_types=Split&date_type=birthday&${quarter}`,
  ])('answers 400 for %s', async (query) => {
    expect((await call(`GET /paper/v2/corporate_actions/announcements?${query}`)).status).toBe(400);
  });

  it('answers 404 for an unknown one', async () => {
    expect((await call('GET /paper/v2/corporate_actions/announcements/nothing')).status).toBe(404);
  });
});
