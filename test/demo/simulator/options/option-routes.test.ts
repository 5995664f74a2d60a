import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

interface Contract {
  id: string;
  symbol: string;
  type: string;
  strike_price: string;
  expiration_date: string;
  underlying_symbol: string;
}

interface Snapshot {
  latestTrade: { p: number };
  latestQuote: { bp: number; ap: number };
  minuteBar: { l: number; h: number };
  greeks: { delta: number };
}

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator({ requestsPerMinute: 10_000 });
  call = callerOf(simulator);
});
afterAll(() => simulator.close());

async function contracts(
  query: string,
): Promise<{ option_contracts: Contract[]; next_page_token: string | null }> {
  const { status, body } = await call(`GET /paper/v2/options/contracts?${query}`);
  expect(status).toBe(200);
  return body as { option_contracts: Contract[]; next_page_token: string | null };
}

async function chain(query: string): Promise<[symbol: string, snapshot: Snapshot][]> {
  const { body } = await call(`GET /data/v1beta1/options/snapshots/AAPL?limit=1000&${query}`);
  return Object.entries((body as { snapshots: Record<string, Snapshot> }).snapshots);
}

describe('contractRoutes()', () => {
  it('filters by underlying, type, expiration and strike', async () => {
    const { option_contracts: all } = await contracts('underlying_symbols=AAPL,KO&limit=10000');
    expect(new Set(all.map((contract) => contract.underlying_symbol))).toEqual(new Set(['AAPL', 'KO']));
    const { expiration_date: date = '', strike_price: strike = '' } = all[5] ?? {};
    const query = `underlying_symbols=AAPL,KO&limit=10000&type=put&expiration_date=${date}&strike_price_gte=${strike}`;
    const { option_contracts: some } = await contracts(query);
    expect(some).toEqual(
      all.filter(
        (contract) =>
          contract.type === 'put' &&
          contract.expiration_date === date &&
          Number(contract.strike_price) >= Number(strike),
      ),
    );
    expect(some.length).toBeGreaterThan(0);
  });

  it('gives every contract once over pages', async () => {
    const { option_contracts: all } = await contracts('underlying_symbols=V&limit=10000');
    const found: Contract[] = [];
    let token: string | null = '';
    while (token !== null) {
      const page = await contracts(`underlying_symbols=V&limit=37${token && `&page_token=${token}`}`);
      found.push(...page.option_contracts);
      token = page.next_page_token;
    }
    expect(found).toEqual(all);
  });

  it('finds a contract by symbol and by id, and no other', async () => {
    const { option_contracts: listed } = await contracts('underlying_symbols=TSLA&limit=1');
    for (const name of [listed[0]?.symbol, listed[0]?.id]) {
      expect((await call(`GET /paper/v2/options/contracts/${name}`)).body).toEqual(listed[0]);
    }
    for (const name of ['TSLA991231C00250000', 'TSLA', 'NOPE261218C00250000']) {
      expect((await call(`GET /paper/v2/options/contracts/${name}`)).status).toBe(404);
    }
  });

  it('expires contracts on Fridays only', async () => {
    const { option_contracts: listed } = await contracts('underlying_symbols=QQQ&limit=10000');
    const days = new Set(listed.map((contract) => new Date(contract.expiration_date).getUTCDay()));
    expect([...days]).toEqual([5]);
  });

  it.each(['exercise', 'do-not-exercise'])(
    'answers %s as for an account that holds no option',
    async (what) => {
      const line = `POST /paper/v2/positions/AAPL261218C00230000/${what}`;
      expect(await call(line)).toMatchObject({ status: 403, body: { code: 40310000 } });
      expect((await call(`POST /paper/v2/positions/AAPL/${what}`)).status).toBe(422);
      expect((await callerOf(simulator, { scope: 'data' })(line)).body).toMatchObject({
        message: expect.stringContaining('scope'),
      });
    },
  );

  it.each(['strike_price_gte=much', 'limit=-1', 'page_token=zzz'])('answers 400 for %s', async (query) => {
    expect((await call(`GET /paper/v2/options/contracts?${query}`)).status).toBe(400);
  });
});

describe('optionDataRoutes()', () => {
  it('trades between bid and ask, within the bar of the minute', async () => {
    for (const [, { latestTrade, latestQuote, minuteBar }] of await chain('')) {
      expect(latestTrade.p).toBeGreaterThan(latestQuote.bp);
      expect(latestTrade.p).toBeLessThan(latestQuote.ap);
      expect(latestTrade.p).toBeGreaterThanOrEqual(minuteBar.l);
      expect(latestTrade.p).toBeLessThanOrEqual(minuteBar.h);
    }
  });

  it('values calls less and puts more the higher the strike', async () => {
    const { option_contracts: listed } = await contracts('underlying_symbols=AAPL&limit=1');
    const date = listed[0]?.expiration_date;
    for (const [type, direction] of [
      ['call', -1],
      ['put', 1],
    ] as const) {
      const found = await chain(`type=${type}&expiration_date=${date}`);
      expect(found.length).toBeGreaterThan(5);
      const prices = found
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([, one]) => one.latestTrade.p);
      expect(prices).toEqual(prices.toSorted((one, other) => direction * (one - other)));
      expect(
        found.every(([, { greeks }]) => Math.sign(greeks.delta) === -direction || greeks.delta === 0),
      ).toBe(true);
    }
  });

  it('answers 404 for options on nothing, and leaves unknown contracts out', async () => {
    expect((await call('GET /data/v1beta1/options/snapshots/NOPE')).status).toBe(404);
    expect((await call('GET /data/v1beta1/options/quotes/latest?symbols=NOPE')).body).toEqual({ quotes: {} });
  });
});
