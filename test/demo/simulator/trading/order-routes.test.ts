import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { describedAnswer, violations } from '../../../alpaca/response-schemas.ts';
import { type Caller, callerOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeEach(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterEach(() => simulator.close());

const MARKET_BUY = { symbol: 'KO', side: 'buy', type: 'market', time_in_force: 'day', qty: '3' };
const TRAILING = { type: 'trailing_stop', trail_percent: '5' };
const RESTING_BUY = { ...MARKET_BUY, type: 'limit', time_in_force: 'gtc', limit_price: '1' };

async function place(fields: object): Promise<Record<string, string>> {
  const { status, body } = await call('POST /paper/v2/orders', fields);
  expect(status).toBe(200);
  return body as Record<string, string>;
}

function orderIn(id: string | undefined, status: string): Promise<Record<string, string>> {
  return vi.waitFor(
    async () => {
      const { body } = await call(`GET /paper/v2/orders/${id}`);
      expect(body).toMatchObject({ status });
      return body as Record<string, string>;
    },
    { timeout: 10_000, interval: 100 },
  );
}

describe('POST /v2/orders', () => {
  it('takes a market order as new, then fills it into cash, position and activities', async () => {
    const cashBefore = Number(((await call('GET /paper/v2/account')).body as { cash: string }).cash);
    const { id, status } = await place(MARKET_BUY);
    expect(status).toBe('new');
    const { filled_avg_price, filled_qty, filled_at } = await orderIn(id, 'filled');
    expect(filled_qty).toBe('3');
    expect(filled_at).toEqual(expect.any(String));
    const { cash } = (await call('GET /paper/v2/account')).body as { cash: string };
    expect(Number(cash)).toBeCloseTo(cashBefore - 3 * Number(filled_avg_price), 2);
    expect((await call('GET /paper/v2/positions/KO')).body).toMatchObject({
      qty: '3',
      avg_entry_price: filled_avg_price,
    });
    const [latest] = (await call('GET /paper/v2/account/activities/FILL')).body as object[];
    expect(latest).toMatchObject({ order_id: id, activity_type: 'FILL', price: filled_avg_price });
  });

  it('fills each part at a price that lies in the bar of its minute', async () => {
    const { id } = await place(MARKET_BUY);
    await orderIn(id, 'filled');
    const activities = (await call('GET /paper/v2/account/activities')).body as Record<string, string>[];
    for (const { transaction_time, price } of activities.filter(({ order_id }) => order_id === id)) {
      const minute = `${transaction_time?.slice(0, 16)}:00Z`;
      const path = `/data/v2/stocks/KO/bars?timeframe=1Min&start=${minute}&limit=1`;
      const [bar] = ((await call(`GET ${path}`)).body as { bars: { t: string; l: number; h: number }[] })
        .bars;
      expect(bar?.t).toBe(minute);
      expect(Number(price)).toBeGreaterThanOrEqual(bar?.l ?? Number.NaN);
      expect(Number(price)).toBeLessThanOrEqual(bar?.h ?? Number.NaN);
    }
  });

  it('fills a dollar amount with a fraction of a share', async () => {
    const { id } = await place({ ...MARKET_BUY, qty: undefined, notional: '10.50' });
    const { filled_qty, filled_avg_price, notional } = await orderIn(id, 'filled');
    expect(notional).toBe('10.5');
    expect(Number(filled_qty) * Number(filled_avg_price)).toBeCloseTo(10.5, 2);
  });

  it('lets a limit order away from the price rest, and fills one across it no worse than its limit', async () => {
    const { id: resting } = await place(RESTING_BUY);
    const { id: crossing } = await place({ ...RESTING_BUY, limit_price: '500' });
    expect(Number((await orderIn(crossing, 'filled'))['filled_avg_price'])).toBeLessThanOrEqual(500);
    expect((await call(`GET /paper/v2/orders/${resting}`)).body).toMatchObject({ status: 'new' });
  });

  it.each([
    ['no symbol', { symbol: undefined }, 40010001],
    ['an unknown symbol', { symbol: 'NOPE' }, 42210000],
    ['no side', { side: undefined }, 40010001],
    ['an unknown type', { type: 'iceberg' }, 42210000],
    ['no size', { qty: undefined }, 40010001],
    ['two sizes', { notional: '10' }, 40010001],
    ['a size of zero', { qty: '0' }, 42210000],
    ['a negative size', { qty: -1 }, 42210000],
    ['a size that is no number', { qty: 'many' }, 40010001],
    ['an infinite size', { qty: '1e999' }, 40010001],
    ['a limit order without limit', { type: 'limit' }, 40010001],
    ['a market order with limit', { limit_price: '5' }, 42210000],
    ['a price below a cent', { type: 'limit', limit_price: '5.001' }, 42210000],
    ['a fraction that is good till cancelled', { qty: '0.5', time_in_force: 'gtc' }, 42210000],
    ['a bracket without exits', { order_class: 'bracket' }, 40010001],
    ['an endless client_order_id', { client_order_id: 'x'.repeat(129) }, 40010001],
  ])('answers 422 for %s', async (_name, changes, code) => {
    const answer = await call('POST /paper/v2/orders', { ...MARKET_BUY, ...changes });
    expect(answer).toMatchObject({ status: 422, body: { code, message: expect.any(String) } });
  });

  it.each([
    ['a field that nobody knows', { take_profits: { limit_price: '90' } }, 'take_profits'],
    ['take_profit on a simple order', { take_profit: { limit_price: '90' } }, 'take_profit'],
    ['stop_loss on a simple order', { stop_loss: { stop_price: '40' } }, 'stop_loss'],
    ['a trailing stop without a trail', { type: 'trailing_stop' }, 'trail_price'],
    ['a trailing stop with two trails', { ...TRAILING, trail_price: '1' }, 'trail_price'],
    ['a trail of all there is', { ...TRAILING, trail_percent: '100' }, 'trail_percent'],
    ['a stop_price on a trailing stop', { ...TRAILING, stop_price: '5' }, 'stop_price'],
    ['an ioc stop order', { type: 'stop', stop_price: '90', time_in_force: 'ioc' }, 'ioc'],
    ['a fraction that is fok', { qty: '0.5', time_in_force: 'fok' }, 'DAY'],
    [
      'extended_hours for an auction',
      { type: 'limit', limit_price: '1', extended_hours: true, time_in_force: 'opg' },
      'extended hours',
    ],
    ['trail_percent on a market order', { trail_percent: '5' }, 'trail_percent'],
    ['trail_price on a market order', { trail_price: '5' }, 'trail_price'],
    ['stop_price on a market order', { stop_price: '5' }, 'stop_price'],
    ['legs', { legs: [] }, 'legs'],
    ['an order class of options', { order_class: 'mleg' }, 'order_class'],
    ['an unknown order class', { order_class: 'ladder' }, 'order_class'],
    ['advanced_instructions', { advanced_instructions: { algorithm: 'TWAP' } }, 'advanced_instructions'],
    ['extended_hours with a market order', { extended_hours: true }, 'extended hours'],
    ['extended_hours that is no boolean', { extended_hours: 'true' }, 'extended_hours'],
    ['the intent to sell short', { side: 'sell', position_intent: 'sell_to_open' }, 'sell_to_close'],
    ['an intent that is not of its side', { position_intent: 'sell_to_close' }, 'buy_to_open'],
    ['an intent that nobody knows', { position_intent: 'buy' }, 'position intent'],
  ])('drops nothing: 422 for %s', async (_name, changes, named) => {
    const answer = await call('POST /paper/v2/orders', { ...MARKET_BUY, ...changes });
    expect(answer).toMatchObject({ status: 422, body: { message: expect.stringContaining(named) } });
    expect((await call('GET /paper/v2/orders')).body).toEqual([]);
  });

  it.each([
    ['a stop order', { type: 'stop', stop_price: '90000' }, 'order type'],
    ['a trailing stop', TRAILING, 'order type'],
    ['a day order', { time_in_force: 'day' }, 'time_in_force'],
    ['an order that is filled whole', { time_in_force: 'fok' }, 'time_in_force'],
  ])('answers 422 for %s in crypto', async (_name, changes, named) => {
    const order = { ...MARKET_BUY, symbol: 'BTC/USD', qty: '0.01', time_in_force: 'gtc', ...changes };
    const answer = await call('POST /paper/v2/orders', order);
    expect(answer).toMatchObject({ status: 422, body: { message: expect.stringContaining(named) } });
  });

  it('keeps extended_hours and a fitting position_intent, and takes null for absent', async () => {
    const order = { ...RESTING_BUY, extended_hours: true, position_intent: 'buy_to_open', take_profit: null };
    const placed = await place(order);
    expect(placed).toMatchObject({ extended_hours: true, position_intent: 'buy_to_open' });
    const { body } = await call(`PATCH /paper/v2/orders/${placed['id']}`, { limit_price: '2' });
    expect(body).toMatchObject({ extended_hours: true, limit_price: '2' });
    expect(await place(RESTING_BUY)).toMatchObject({ extended_hours: false });
  });

  it('answers 400 for a body that is no JSON', async () => {
    const token = simulator.control.issueToken({ accountNumbers: ['PA3SIM0DESK1'], scope: 'trading' });
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(`${simulator.paperUrl}/v2/orders`, { method: 'POST', headers, body: '{' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ code: 40010000, message: 'request body format is invalid' });
  });

  it('refuses a client_order_id that was used before', async () => {
    await place({ ...RESTING_BUY, client_order_id: 'mine' });
    const again = await call('POST /paper/v2/orders', { ...RESTING_BUY, client_order_id: 'mine' });
    expect(again).toMatchObject({
      status: 422,
      body: { code: 40010001, message: 'client_order_id must be unique' },
    });
  });

  it('counts what resting orders reserve against the buying power', async () => {
    const { buying_power } = (await call('GET /paper/v2/account')).body as { buying_power: string };
    const half = Math.ceil(Number(buying_power) / 2) + 1;
    await place({ ...RESTING_BUY, qty: String(half) });
    const refused = await call('POST /paper/v2/orders', { ...RESTING_BUY, qty: String(half) });
    expect(refused).toMatchObject({
      status: 403,
      body: {
        code: 40310000,
        message: 'insufficient buying power',
        buying_power: expect.stringMatching(/^\d+(\.\d+)?$/),
        cost_basis: String(half),
      },
    });
  });

  it('sells no share that a resting order holds, and none that is not there', async () => {
    const sell = { ...RESTING_BUY, symbol: 'AAPL', side: 'sell', qty: '20', limit_price: '99999' };
    await place(sell);
    expect((await call('POST /paper/v2/orders', sell)).body).toEqual({
      code: 40310000,
      message: 'insufficient qty available for order (requested: 20, available: 10)',
    });
    expect((await call('POST /paper/v2/orders', { ...MARKET_BUY, side: 'sell' })).status).toBe(403);
  });

  it('takes no fraction of a share, and no dollars of one, while the person has no fractional trading', async () => {
    await call('PATCH /paper/v2/account/configurations', { fractional_trading: false });
    expect((await call('POST /paper/v2/orders', { ...MARKET_BUY, qty: '0.5' })).status).toBe(403);
    const dollars = { ...MARKET_BUY, qty: undefined, notional: '10' };
    expect((await call('POST /paper/v2/orders', dollars)).status).toBe(403);
    const coins = { ...MARKET_BUY, symbol: 'BTC/USD', qty: '0.001', time_in_force: 'gtc' };
    expect((await call('POST /paper/v2/orders', coins)).status).toBe(200);
  });

  it('takes no order while the person has suspended trading', async () => {
    await call('PATCH /paper/v2/account/configurations', { suspend_trade: true });
    expect((await call('POST /paper/v2/orders', MARKET_BUY)).status).toBe(403);
  });
});

describe('GET /v2/orders', () => {
  async function list(query: string): Promise<string[]> {
    const { status, body } = await call(`GET /paper/v2/orders?${query}`);
    expect(status).toBe(200);
    return (body as { id: string }[]).map(({ id }) => id);
  }

  it('filters by symbol, a crypto pair with and without its slash, by asset class and by side', async () => {
    const crypto = { symbol: 'BTC/USD', qty: '0.001', limit_price: '1' };
    const { id: stock = '' } = await place(RESTING_BUY);
    const { id: coin = '' } = await place({ ...RESTING_BUY, ...crypto });
    const { id: sale = '' } = await place({
      ...RESTING_BUY,
      symbol: 'AAPL',
      side: 'sell',
      limit_price: '99999',
    });
    for (const symbols of ['BTCUSD', 'BTC%2FUSD', 'BTCUSD,NOPE'])
      expect(await list(`symbols=${symbols}`)).toEqual([coin]);
    expect(await list('symbols=BTCUSD,KO')).toEqual([coin, stock]);
    expect(await list('asset_class=crypto')).toEqual([coin]);
    expect(await list('asset_class=us_equity')).toEqual([sale, stock]);
    expect(await list('asset_class=us_equity,crypto')).toEqual([sale, coin, stock]);
    expect(await list('asset_class=all')).toEqual([sale, coin, stock]);
    expect(await list('asset_class=us_option')).toEqual([]);
    expect(await list('side=sell')).toEqual([sale]);
  });

  it('lists the legs of a bracket on their own, or nested in it, and cancels them with it', async () => {
    const exits = { take_profit: { limit_price: '9' }, stop_loss: { stop_price: '0.5' } };
    const placed = await place({ ...RESTING_BUY, order_class: 'bracket', ...exits });
    const { id = '', legs } = placed as unknown as { id: string; legs: { id: string; status: string }[] };
    expect(legs).toMatchObject([
      { type: 'limit', limit_price: '9', side: 'sell', qty: '3', status: 'held', order_class: 'bracket' },
      { type: 'stop', stop_price: '0.5', side: 'sell', qty: '3', status: 'held', order_class: 'bracket' },
    ]);
    const [profit = '', loss = ''] = legs.map((leg) => leg.id);
    expect(await list('direction=asc')).toEqual([id, profit, loss]);
    expect(await list('nested=true')).toEqual([id]);
    expect(await list('nested=true&side=sell&direction=asc')).toEqual([profit, loss]);
    const { body } = await call(`GET /paper/v2/orders/${id}?nested=true`);
    expect(violations(describedAnswer('GET /v2/orders/{order_id}').schema, body)).toEqual([]);
    expect(body).toEqual(placed);
    expect((await call(`GET /paper/v2/orders/${id}`)).body).toMatchObject({ legs: null });
    expect((await call(`PATCH /paper/v2/orders/${id}`, { qty: '4' })).status).toBe(422);
    expect((await call('DELETE /paper/v2/orders')).status).toBe(207);
    expect(await list('')).toEqual([]);
  });

  it('lists what was submitted before or after another order, and between two times, without the ends', async () => {
    const ids: string[] = [];
    const times: string[] = [];
    for (let count = 0; count < 3; count++) {
      const { id = '', submitted_at = '' } = await place(RESTING_BUY);
      ids.push(id);
      times.push(submitted_at);
      await vi.waitFor(() => expect(new Date().toISOString() > submitted_at).toBe(true));
    }
    const [first, second, third] = ids;
    expect(await list(`before_order_id=${third}`)).toEqual([second, first]);
    expect(await list(`before_order_id=${third}&direction=asc&limit=1`)).toEqual([first]);
    expect(await list(`after_order_id=${first}`)).toEqual([third, second]);
    expect(await list(`after=${times[0]}&until=${times[2]}`)).toEqual([second]);
    expect(await list(`until=${times[0]}`)).toEqual([]);
    for (const mixed of [`after_order_id=${second}`, `after=${times[0]}`, `until=${times[2]}`])
      expect((await call(`GET /paper/v2/orders?before_order_id=${third}&${mixed}`)).status).toBe(422);
    expect((await call('GET /paper/v2/orders?after_order_id=unknown')).status).toBe(404);
  });

  it.each([
    ['asset_class=stocks', 422],
    ['side=both', 400],
    ['direction=up', 400],
    ['limit=0', 400],
    ['after=yesterday', 400],
  ])('refuses %s with %i', async (query, status) => {
    expect((await call(`GET /paper/v2/orders?${query}`)).status).toBe(status);
  });

  it('lists open orders by default, newest first, and closed or all on demand', async () => {
    const { id: first } = await place(RESTING_BUY);
    const { id: second } = await place(RESTING_BUY);
    const ids = async (query: string) =>
      ((await call(`GET /paper/v2/orders${query}`)).body as { id: string }[]).map(({ id }) => id);
    expect(await ids('')).toEqual([second, first]);
    expect(await ids('?status=open&limit=1')).toEqual([second]);
    expect(await ids('?status=all&limit=2&direction=desc')).toEqual([second, first]);
    expect(await ids('?status=closed')).not.toContain(first);
    expect((await call('GET /paper/v2/orders?status=some')).status).toBe(400);
  });

  it('finds an order by client_order_id, and answers 404 for others', async () => {
    const { id } = await place({ ...RESTING_BUY, client_order_id: 'mine' });
    const path = '/paper/v2/orders:by_client_order_id?client_order_id=';
    expect((await call(`GET ${path}mine`)).body).toMatchObject({ id });
    expect(await call(`GET ${path}other`)).toMatchObject({ status: 404, body: { code: 40410000 } });
    expect((await call('GET /paper/v2/orders/unknown')).status).toBe(404);
  });

  it('shows no order of one account to another', async () => {
    const { id } = await place(RESTING_BUY);
    const other = callerOf(simulator, { accountNumbers: ['PA3SIM0DESK2'] });
    expect((await other(`GET /paper/v2/orders/${id}`)).status).toBe(404);
    expect((await other(`DELETE /paper/v2/orders/${id}`)).status).toBe(404);
  });
});

describe('DELETE /v2/orders', () => {
  it('cancels one order with 204, and what is closed not again', async () => {
    const { id } = await place(RESTING_BUY);
    expect(await call(`DELETE /paper/v2/orders/${id}`)).toMatchObject({ status: 204, body: undefined });
    expect((await call(`GET /paper/v2/orders/${id}`)).body).toMatchObject({ status: 'canceled' });
    expect((await call(`DELETE /paper/v2/orders/${id}`)).status).toBe(422);
  });

  it('cancels all open orders with 207 and frees what they reserved', async () => {
    const power = async () =>
      ((await call('GET /paper/v2/account')).body as { buying_power: string }).buying_power;
    const before = await power();
    const { id } = await place(RESTING_BUY);
    expect(Number(await power())).toBe(Number(before) - 3);
    expect(await call('DELETE /paper/v2/orders')).toMatchObject({ status: 207, body: [{ id, status: 200 }] });
    expect(await power()).toBe(before);
  });
});

describe('PATCH /v2/orders/{id}', () => {
  it('replaces an order by a new one that points back', async () => {
    const { id } = await place(RESTING_BUY);
    const { status, body } = await call(`PATCH /paper/v2/orders/${id}`, { qty: '5', limit_price: '2' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ replaces: id, qty: '5', limit_price: '2', status: 'new', symbol: 'KO' });
    const successor = (body as { id: string }).id;
    expect((await call(`GET /paper/v2/orders/${id}`)).body).toMatchObject({
      status: 'replaced',
      replaced_by: successor,
    });
  });

  it('changes the trail of a trailing stop, and of no other order', async () => {
    const { id } = await place({ ...MARKET_BUY, ...TRAILING });
    const { body } = await call(`PATCH /paper/v2/orders/${id}`, { trail: '7.5' });
    expect(body).toMatchObject({
      type: 'trailing_stop',
      trail_percent: '7.5',
      trail_price: null,
      replaces: id,
    });
    const { id: other } = await place(RESTING_BUY);
    expect((await call(`PATCH /paper/v2/orders/${other}`, { trail: '7.5' })).status).toBe(422);
  });

  it('leaves the order as it was when the new one is refused', async () => {
    const { id } = await place(RESTING_BUY);
    expect((await call(`PATCH /paper/v2/orders/${id}`, { qty: '99999999' })).status).toBe(403);
    expect((await call(`PATCH /paper/v2/orders/${id}`, {})).status).toBe(422);
    for (const unaccepted of [{ symbol: 'AAPL' }, { notional: '750' }, { advanced_instructions: {} }])
      expect((await call(`PATCH /paper/v2/orders/${id}`, { qty: '4', ...unaccepted })).status).toBe(422);
    expect((await call(`GET /paper/v2/orders/${id}`)).body).toMatchObject({ status: 'new', qty: '3' });
  });
});
