import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Order } from '../../../demo/page/alpaca-answers.ts';
import type { OrderDraft } from '../../../demo/page/order-draft.ts';
import { describeUnplaced, isInDoubt, OrderPlacement, REST } from '../../../demo/page/order-placement.ts';
import { Refusal } from '../../../demo/page/refusal.ts';
import { TradingAccount } from '../../../demo/page/trading-account.ts';
import { FakeAlpaca, type Received, sendJson } from './fake-alpaca.ts';

const DRAFT: OrderDraft = { symbol: 'AAPL', side: 'buy', qty: '1', type: 'market', time_in_force: 'day' };

type Step = (response: ServerResponse) => void;
const place: Step = (response) => sendJson(response, 200, { id: 'placed' });
const found: Step = (response) => sendJson(response, 200, { id: 'placed before' });
const notFound: Step = (response) => sendJson(response, 404, { message: 'order not found' });
const duplicate: Step = (response) => sendJson(response, 422, { message: 'client_order_id must be unique' });
const refuse: Step = (response) => sendJson(response, 403, { message: 'insufficient buying power' });
const timeOut: Step = (response) => sendJson(response, 504, { message: 'Alpaca did not answer in time.' });
const expired: Step = (response) => sendJson(response, 401, { message: 'No live account is connected.' });
const hangUp: Step = (response) => response.destroy();

/** Answers one request after the other with these steps. Searches for a lost order do not wait. */
async function start(steps: Step[], searches = [0]) {
  const alpaca = await FakeAlpaca.start((_request, response) => (steps.shift() ?? hangUp)(response));
  const account = new TradingAccount('live', alpaca.fetch, new AbortController().signal);
  const placement = new OrderPlacement(account, searches);
  return { alpaca, placement, steps, [Symbol.asyncDispose]: () => alpaca[Symbol.asyncDispose]() };
}

/** Makes it later than the moment in which the same order is a click too many. */
function rest(): void {
  const later = Date.now() + REST;
  vi.spyOn(Date, 'now').mockReturnValue(later);
}

function idsPosted(received: Received[]): string[] {
  return received
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => JSON.parse(body).client_order_id);
}

afterEach(() => void vi.restoreAllMocks());

describe('OrderPlacement', () => {
  it('places a double click once', async () => {
    await using desk = await start([place, place]);
    const [one, other] = await Promise.all([desk.placement.place(DRAFT), desk.placement.place(DRAFT)]);
    expect(one).toEqual(other);
    expect(desk.alpaca.received).toHaveLength(1);
  });

  it('places a double click once though the answer came between the clicks', async () => {
    await using desk = await start([place, place]);
    const one = await desk.placement.place(DRAFT);
    expect(await desk.placement.place({ ...DRAFT })).toBe(one);
    expect(desk.alpaca.received).toHaveLength(1);
  });

  it('takes the same order as a new intent once the last one has rested', async () => {
    await using desk = await start([place, place]);
    await desk.placement.place(DRAFT);
    rest();
    await desk.placement.place(DRAFT);
    expect(new Set(idsPosted(desk.alpaca.received)).size).toBe(2);
  });

  it('takes another order as a new intent right away', async () => {
    await using desk = await start([place, place]);
    await desk.placement.place(DRAFT);
    await desk.placement.place({ ...DRAFT, side: 'sell' });
    expect(new Set(idsPosted(desk.alpaca.received)).size).toBe(2);
  });

  it.each([
    ['a lost connection', hangUp],
    ['a gateway timeout', timeOut],
  ])('finds the order in the books by itself after %s', async (_name, fail) => {
    await using desk = await start([fail, notFound, found], [0, 0]);
    expect(await desk.placement.place(DRAFT)).toEqual({ id: 'placed before' });
    const [id] = idsPosted(desk.alpaca.received);
    expect(desk.alpaca.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /live/v2/orders',
      `GET /live/v2/orders:by_client_order_id?client_order_id=${id}`,
      `GET /live/v2/orders:by_client_order_id?client_order_id=${id}`,
    ]);
  });

  it('never sends an order again by itself', async () => {
    await using desk = await start([hangUp, hangUp, notFound], [0, 0]);
    await expect(desk.placement.place(DRAFT)).rejects.toSatisfy(isInDoubt);
    expect(idsPosted(desk.alpaca.received)).toHaveLength(1);
  });

  it('sends the same id when the person presses again after a lost answer', async () => {
    await using desk = await start([hangUp, notFound, place]);
    await expect(desk.placement.place(DRAFT)).rejects.toSatisfy(isInDoubt);
    expect(await desk.placement.place({ ...DRAFT })).toEqual({ id: 'placed' });
    const [first, second] = idsPosted(desk.alpaca.received);
    expect(second).toBe(first);
  });

  it('answers with the order of the first try when the retry is refused as a duplicate', async () => {
    await using desk = await start([hangUp, hangUp, duplicate, found]);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow();
    expect(await desk.placement.place(DRAFT)).toEqual({ id: 'placed before' });
  });

  it('answers with the order when the browser itself repeated the first try', async () => {
    await using desk = await start([duplicate, found]);
    expect(await desk.placement.place(DRAFT)).toEqual({ id: 'placed before' });
  });

  it('keeps the id when the search for a duplicate got no answer', async () => {
    await using desk = await start([duplicate, hangUp, duplicate, found]);
    await expect(desk.placement.place(DRAFT)).rejects.toSatisfy(isInDoubt);
    expect(await desk.placement.place(DRAFT)).toEqual({ id: 'placed before' });
    const [first, second] = idsPosted(desk.alpaca.received);
    expect(second).toBe(first);
  });

  it('keeps the id of an order in doubt while another one is placed', async () => {
    await using desk = await start([hangUp, notFound, place, place]);
    await expect(desk.placement.place(DRAFT)).rejects.toSatisfy(isInDoubt);
    await desk.placement.place({ ...DRAFT, qty: '2' });
    await desk.placement.place(DRAFT);
    const [first, , third] = idsPosted(desk.alpaca.received);
    expect(third).toBe(first);
  });

  it('keeps the id of an order in doubt when nobody would say whether it was placed', async () => {
    await using desk = await start([hangUp, notFound, expired, expired, place]);
    await expect(desk.placement.place(DRAFT)).rejects.toSatisfy(isInDoubt);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow('It is not known whether it was placed.');
    await desk.placement.place(DRAFT);
    expect(new Set(idsPosted(desk.alpaca.received)).size).toBe(1);
  });

  it("rejects with Alpaca's refusal when no such order exists, and starts anew after it", async () => {
    await using desk = await start([refuse, notFound, place]);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow('Insufficient buying power.');
    await desk.placement.place(DRAFT);
    const [first, second] = idsPosted(desk.alpaca.received);
    expect(second).not.toBe(first);
  });

  it('takes a changed order after a lost answer as a new intent', async () => {
    await using desk = await start([hangUp, notFound, place]);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow();
    await desk.placement.place({ ...DRAFT, qty: '2' });
    expect(new Set(idsPosted(desk.alpaca.received)).size).toBe(2);
  });
});

describe('OrderPlacement.hear()', () => {
  it('answers with the order that the stream tells of while the request hangs', async () => {
    let arrived = (): void => {};
    const received = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await using desk = await start([() => arrived()]);
    const placed = desk.placement.place(DRAFT);
    await received;
    const order = { id: 'streamed', client_order_id: idsPosted(desk.alpaca.received)[0] } as Order;
    expect(desk.placement.hear(order)).toBe(true);
    expect(await placed).toBe(order);
  });

  it('settles an order whose answer was lost, so that the same order rests before it can be placed again', async () => {
    await using desk = await start([hangUp, notFound, place]);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow();
    const order = { id: 'streamed', client_order_id: idsPosted(desk.alpaca.received)[0] } as Order;
    expect(desk.placement.hear(order)).toBe(true);
    expect(await desk.placement.place(DRAFT)).toBe(order);
    rest();
    await desk.placement.place(DRAFT);
    expect(new Set(idsPosted(desk.alpaca.received)).size).toBe(2);
  });

  it('does not mistake the order of somebody else for its own', async () => {
    await using desk = await start([hangUp, notFound]);
    expect(desk.placement.hear({ id: 'other', client_order_id: 'other' } as Order)).toBe(false);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow();
    expect(desk.placement.hear({ id: 'other', client_order_id: 'other' } as Order)).toBe(false);
  });
});

describe('describeUnplaced()', () => {
  it('says why Alpaca placed no order', () => {
    expect(describeUnplaced(new Refusal(403, 'Insufficient buying power.'))).toBe(
      'Not placed. Insufficient buying power.',
    );
  });

  it('does not claim to know what became of a request without an answer', () => {
    expect(describeUnplaced(new TypeError('fetch failed'))).toMatch(
      /may have been placed.*never placed twice/,
    );
  });
});

describe('isInDoubt()', () => {
  it.each([500, 502, 504, 408, 429])('is true for HTTP %i', (status) => {
    expect(isInDoubt(new Refusal(status, ''))).toBe(true);
  });

  it.each([400, 401, 403, 404, 422])('is false for HTTP %i', (status) => {
    expect(isInDoubt(new Refusal(status, ''))).toBe(false);
  });

  it('is false for a 502 of which our server says that Alpaca did not take the request', () => {
    expect(isInDoubt(new Refusal(502, '', 'upstream_refused'))).toBe(false);
    expect(isInDoubt(new Refusal(502, '', 'upstream_invalid'))).toBe(true);
  });
});
