import { describe, expect, it } from 'vitest';
import type { OrderDraft } from '../../../demo/page/order-draft.ts';
import { TradingAccount } from '../../../demo/page/trading-account.ts';
import { FakeAlpaca, sendJson } from './fake-alpaca.ts';

const DRAFT: OrderDraft = { symbol: 'F', side: 'buy', qty: '1', type: 'market', time_in_force: 'day' };
const never = new AbortController().signal;

describe('TradingAccount', () => {
  it.each(['paper', 'live'] as const)(
    'of the %s desk asks and orders there and nowhere else',
    async (environment) => {
      await using alpaca = await FakeAlpaca.start((_request, response) => sendJson(response, 200, []));
      const account = new TradingAccount(environment, alpaca.fetch, never);
      await account.account();
      await account.positions();
      await account.orders();
      await account.orderOfClient('mine');
      await account.clock();
      await account.portfolioHistory('1M', '1D');
      await account.placeOrder(DRAFT, 'mine');
      await account.cancelOrder('1');
      expect(alpaca.received.filter(({ path }) => !path.startsWith(`/${environment}/v2/`))).toEqual([]);
      expect(alpaca.received.filter(({ method }) => method !== 'GET')).toEqual([
        {
          method: 'POST',
          path: `/${environment}/v2/orders`,
          body: '{"symbol":"F","side":"buy","qty":"1","type":"market","time_in_force":"day","client_order_id":"mine"}',
        },
        { method: 'DELETE', path: `/${environment}/v2/orders/1`, body: '' },
      ]);
    },
  );

  it('reads prices from the feed that every account may read', async () => {
    await using alpaca = await FakeAlpaca.start((_request, response) =>
      sendJson(response, 200, { bars: null }),
    );
    const account = new TradingAccount('paper', alpaca.fetch, never);
    await account.snapshots(['AAPL', 'BRK.B']);
    expect(await account.bars('BRK.B', '5Min', new Date(0))).toEqual([]);
    expect(alpaca.received.map(({ path }) => path)).toEqual([
      '/data/v2/stocks/snapshots?symbols=AAPL%2CBRK.B&feed=iex',
      '/data/v2/stocks/BRK.B/bars?timeframe=5Min&start=1970-01-01T00%3A00%3A00.000Z&limit=10000&adjustment=split&feed=iex',
    ]);
  });

  it('never lets an id leave its path segment', async () => {
    await using alpaca = await FakeAlpaca.start((_request, response) => sendJson(response, 200, {}));
    await new TradingAccount('paper', alpaca.fetch, never).cancelOrder('../account?x=/');
    expect(alpaca.received[0]?.path).toBe('/paper/v2/orders/..%2Faccount%3Fx%3D%2F');
  });

  it("rejects with Alpaca's message when the answer is no", async () => {
    await using alpaca = await FakeAlpaca.start((_request, response) =>
      sendJson(response, 404, { code: 40410000, message: 'order not found' }),
    );
    await expect(new TradingAccount('paper', alpaca.fetch, never).orderOfClient('1')).rejects.toMatchObject({
      name: 'Refusal',
      status: 404,
      message: 'Order not found.',
    });
  });

  it('gives up what is under way when the desk closes', async () => {
    const closing = new AbortController();
    await using alpaca = await FakeAlpaca.start(() => closing.abort());
    await expect(new TradingAccount('paper', alpaca.fetch, closing.signal).account()).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
