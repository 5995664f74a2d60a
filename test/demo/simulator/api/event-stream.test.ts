import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { callWith, numberOf } from '../caller.ts';

interface StreamedEvent {
  event_id: string;
  at: string;
  details: { order_id: string; symbol: string };
}

const ACTIVITIES = '/paper/v2beta1/events/activities';

let simulator: Simulator;
let token: string;
beforeAll(async () => {
  simulator = await startSimulator();
  token = simulator.control.issueToken({ accountNumbers: [numberOf('paper')], scope: 'trading data' });
});
afterAll(() => simulator.close());

function get(path: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(simulator.url + path, {
    headers: { Authorization: `Bearer ${token}`, ...headers },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The events of a stream that ends by itself. */
async function eventsOf(path: string, headers?: Record<string, string>): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  const parser = createParser({
    onEvent: ({ id, data }) => {
      const event = JSON.parse(data) as StreamedEvent;
      expect(id).toBe(event.event_id);
      events.push(event);
    },
  });
  parser.feed(await (await get(path, headers)).text());
  return events;
}

describe('streamEvents()', () => {
  it('tells the past between two moments, oldest first, and ends', async () => {
    const events = await eventsOf(`${ACTIVITIES}?since=2000-01-01&until=${new Date().toISOString()}`);
    expect(events).toHaveLength(10);
    const ids = events.map(({ event_id }) => event_id);
    expect(ids).toEqual([...new Set(ids)].sort());
    const [, second, third] = events;
    expect(await eventsOf(`${ACTIVITIES}?since=${second?.at}&until=${third?.at}`)).toEqual([second, third]);
    const byId = `${ACTIVITIES}?since_id=${second?.event_id}&until_id=${third?.event_id}`;
    expect(await eventsOf(byId)).toEqual([second, third]);
    // Alpaca documents no Last-Event-ID for this stream.
    const resumed = { 'Last-Event-ID': third?.event_id ?? '' };
    expect(await eventsOf(byId, resumed)).toEqual([second, third]);
  });

  it('tells what happens from now on, and nothing of the past unless asked', async () => {
    const leave = new AbortController();
    const response = await get(ACTIVITIES, {}, leave.signal);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const order = { symbol: 'KO', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
    const placed = await callWith(simulator, token)('POST /paper/v2/orders', order);
    const { value } = (await response.body?.getReader().read()) ?? {};
    const data = Buffer.from(value ?? []).toString();
    leave.abort();
    expect(data).toContain(`"order_id":"${(placed.body as { id: string }).id}"`);
    expect(data.match(/"symbol":"(?!KO)/)).toBeNull();
  });

  it.each([
    'until=2026-01-01',
    'until_id=01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'since=2026-01-01&since_id=01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'since=lately',
  ])('answers 400 for %s', async (query) => {
    expect((await get(`${ACTIVITIES}?${query}`)).status).toBe(400);
  });
});
