import { describe, expect, it } from 'vitest';
import { PaperAccount } from '../../../demo/page/paper-account.ts';
import { FakeAlpaca, sendJson } from './fake-alpaca.ts';

const never = new AbortController().signal;

describe('PaperAccount', () => {
  it('sends orders and cancellations to the paper environment', async () => {
    await using alpaca = await FakeAlpaca.start((_request, response) => sendJson(response, 200, { id: '1' }));
    const account = new PaperAccount(alpaca.fetch, never);
    await account.placeOrder(
      { symbol: 'F', side: 'buy', qty: '1', type: 'market', time_in_force: 'day' },
      'mine',
    );
    await account.cancelOrder('1');
    expect(alpaca.received).toEqual([
      {
        method: 'POST',
        path: '/paper/v2/orders',
        body: '{"symbol":"F","side":"buy","qty":"1","type":"market","time_in_force":"day","client_order_id":"mine"}',
      },
      { method: 'DELETE', path: '/paper/v2/orders/1', body: '' },
    ]);
  });

  it('reads the quote from the Market Data API', async () => {
    await using alpaca = await FakeAlpaca.start((_request, response) => sendJson(response, 200, {}));
    await new PaperAccount(alpaca.fetch, never).latestQuote('BRK.B');
    expect(alpaca.received[0]?.path).toBe('/data/v2/stocks/BRK.B/quotes/latest');
  });

  it('never lets an id leave its path segment', async () => {
    await using alpaca = await FakeAlpaca.start((_request, response) => sendJson(response, 200, {}));
    await new PaperAccount(alpaca.fetch, never).order('../account?x=/');
    expect(alpaca.received[0]?.path).toBe('/paper/v2/orders/..%2Faccount%3Fx%3D%2F');
  });

  it("rejects with Alpaca's message when the answer is no", async () => {
    await using alpaca = await FakeAlpaca.start((_request, response) =>
      sendJson(response, 404, { code: 40410000, message: 'order not found' }),
    );
    await expect(new PaperAccount(alpaca.fetch, never).order('1')).rejects.toMatchObject({
      name: 'Refusal',
      status: 404,
      message: 'Order not found.',
    });
  });

  it('gives up what is under way when the dashboard closes', async () => {
    const closing = new AbortController();
    await using alpaca = await FakeAlpaca.start(() => closing.abort());
    await expect(new PaperAccount(alpaca.fetch, closing.signal).account()).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
