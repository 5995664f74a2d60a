import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { OrderDraft } from '../../../demo/page/order-draft.ts';
import { isInDoubt, OrderPlacement } from '../../../demo/page/order-placement.ts';
import { PaperAccount } from '../../../demo/page/paper-account.ts';
import { Refusal } from '../../../demo/page/refusal.ts';
import { FakeAlpaca, type Received, sendJson } from './fake-alpaca.ts';

const DRAFT: OrderDraft = { symbol: 'AAPL', side: 'buy', qty: '1', type: 'market', time_in_force: 'day' };

type Step = (response: ServerResponse) => void;
const place: Step = (response) => sendJson(response, 200, { id: 'placed' });
const found: Step = (response) => sendJson(response, 200, { id: 'placed before' });
const notFound: Step = (response) => sendJson(response, 404, { message: 'order not found' });
const duplicate: Step = (response) => sendJson(response, 422, { message: 'client_order_id must be unique' });
const refuse: Step = (response) => sendJson(response, 403, { message: 'insufficient buying power' });
const timeOut: Step = (response) => sendJson(response, 504, { message: 'Alpaca did not answer in time.' });
const hangUp: Step = (response) => response.destroy();

/** Answers one request after the other with these steps. */
async function start(...steps: Step[]) {
  const alpaca = await FakeAlpaca.start((_request, response) => (steps.shift() ?? hangUp)(response));
  const placement = new OrderPlacement(new PaperAccount(alpaca.fetch, new AbortController().signal));
  return { alpaca, placement, [Symbol.asyncDispose]: () => alpaca[Symbol.asyncDispose]() };
}

function idsPosted(received: Received[]): string[] {
  return received
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => JSON.parse(body).client_order_id);
}

describe('OrderPlacement', () => {
  it('places a double click once', async () => {
    await using desk = await start(place, place);
    const [one, other] = await Promise.all([desk.placement.place(DRAFT), desk.placement.place(DRAFT)]);
    expect(one).toBe(other);
    expect(desk.alpaca.received).toHaveLength(1);
  });

  it.each([
    ['a lost connection', hangUp],
    ['a gateway timeout', timeOut],
  ])('sends the same id again after %s', async (_name, fail) => {
    await using desk = await start(fail, place);
    await expect(desk.placement.place(DRAFT)).rejects.toSatisfy(isInDoubt);
    expect(await desk.placement.place({ ...DRAFT })).toEqual({ id: 'placed' });
    const [first, second] = idsPosted(desk.alpaca.received);
    expect(second).toBe(first);
  });

  it('answers with the order of the first try when the retry is refused as a duplicate', async () => {
    await using desk = await start(hangUp, duplicate, found);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow();
    expect(await desk.placement.place(DRAFT)).toEqual({ id: 'placed before' });
    const [id] = idsPosted(desk.alpaca.received);
    expect(desk.alpaca.received[2]?.path).toBe(`/paper/v2/orders:by_client_order_id?client_order_id=${id}`);
  });

  it('answers with the order when the browser itself repeated the first try', async () => {
    await using desk = await start(duplicate, found);
    expect(await desk.placement.place(DRAFT)).toEqual({ id: 'placed before' });
  });

  it('keeps the id when the search for a duplicate got no answer', async () => {
    await using desk = await start(duplicate, hangUp, duplicate, found);
    await expect(desk.placement.place(DRAFT)).rejects.toSatisfy(isInDoubt);
    expect(await desk.placement.place(DRAFT)).toEqual({ id: 'placed before' });
    const [first, second] = idsPosted(desk.alpaca.received);
    expect(second).toBe(first);
  });

  it("rejects with Alpaca's refusal when no such order exists, and starts anew after it", async () => {
    await using desk = await start(refuse, notFound, place);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow('Insufficient buying power.');
    await desk.placement.place(DRAFT);
    const [first, second] = idsPosted(desk.alpaca.received);
    expect(second).not.toBe(first);
  });

  it('takes the same order after a placed one as a new intent', async () => {
    await using desk = await start(place, place);
    await desk.placement.place(DRAFT);
    await desk.placement.place(DRAFT);
    expect(new Set(idsPosted(desk.alpaca.received)).size).toBe(2);
  });

  it('takes a changed order after a lost answer as a new intent', async () => {
    await using desk = await start(hangUp, place);
    await expect(desk.placement.place(DRAFT)).rejects.toThrow();
    await desk.placement.place({ ...DRAFT, qty: '2' });
    expect(new Set(idsPosted(desk.alpaca.received)).size).toBe(2);
  });
});

describe('isInDoubt()', () => {
  it.each([500, 502, 504, 408, 429])('is true for HTTP %i', (status) => {
    expect(isInDoubt(new Refusal(status, ''))).toBe(true);
  });

  it.each([400, 401, 403, 404, 422])('is false for HTTP %i', (status) => {
    expect(isInDoubt(new Refusal(status, ''))).toBe(false);
  });
});
