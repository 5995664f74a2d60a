import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { streamedEvents } from '../../widget/streamed-events.ts';
import type { StreamEvent } from '../../widget/trade-updates.ts';

const heard = <T>(waiting: Promise<T>) => waiting;

function answer(...chunks: (string | Uint8Array)[]): Response {
  const encoder = new TextEncoder();
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk));
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of bytes) controller.enqueue(chunk);
        controller.close();
      },
    }),
  );
}

async function eventsIn(response: Response, place: { lastId?: string } = {}): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of streamedEvents(response, place, heard)) events.push(event);
  return events;
}

const fill = { event: 'fill', order: { id: 'o1', symbol: 'BTC/USD' }, note: 'größer 😀' };

describe('streamedEvents()', () => {
  it('knows the server’s own events by their names, and takes all others for updates', async () => {
    const events = await eventsIn(
      answer(
        'event: status\ndata: {"state":"open"}\n\n',
        `event: fill\nid: e-1\ndata: ${JSON.stringify(fill)}\n\n`,
        'event: never_seen\nid: e-2\ndata: {"event":"never_seen"}\n\n',
        'id: e-3\ndata: {"event":"unnamed"}\n\n',
        'event: gap\ndata: {"reason":"buffer"}\n\n',
        'event: end\ndata: {"code":"connection_revoked","message":"Reconnect."}\n\n',
      ),
    );
    expect(events).toEqual([
      { type: 'status', state: 'open' },
      { type: 'update', id: 'e-1', update: fill },
      { type: 'update', id: 'e-2', update: { event: 'never_seen' } },
      { type: 'update', id: 'e-3', update: { event: 'unnamed' } },
      { type: 'gap', reason: 'buffer' },
      { type: 'end', code: 'connection_revoked', message: 'Reconnect.' },
    ]);
  });

  it('reads the same however the bytes are cut and the lines are broken', async () => {
    const breaks = fc.constantFrom('\n', '\r\n', '\r');
    const cuts = fc.array(fc.nat(200), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(breaks, cuts, async (lineBreak, at) => {
        const text = `:\n\nevent: fill\nid: e-1\ndata: ${JSON.stringify(fill)}\n\n:\n\nevent: gap\ndata: {\ndata: "reason":"buffer"}\n\n`;
        const bytes = new TextEncoder().encode(text.replaceAll('\n', lineBreak));
        const edges = [0, ...at.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        // The last of two lone \r is only told from the first half of a \r\n by what follows.
        expect(await eventsIn(answer(...chunks, ': end\n'))).toEqual([
          { type: 'update', id: 'e-1', update: fill },
          { type: 'gap', reason: 'buffer' },
        ]);
      }),
      { numRuns: 200 },
    );
  });

  it('remembers the id of an event when that is taken, and keeps it over events without one', async () => {
    const place: { lastId?: string } = {};
    const body = answer(
      'id: e-0\nevent: status\ndata: {"state":"open"}\n\nid: e-1\ndata: {}\n\nevent: gap\ndata: {"reason":"upstream"}\n\n',
    );
    const events = streamedEvents(body, place, heard);
    await events.next();
    expect(place.lastId).toBe('e-0');
    await events.next();
    await events.next();
    expect(place.lastId).toBe('e-1');
  });

  it.each(['no JSON', '', 'null', '7', '"text"', '{"cut'])(
    'takes data that is %s for a gap',
    async (data) => {
      for (const name of ['fill', 'status', 'end']) {
        expect(await eventsIn(answer(`event: ${name}\ndata: ${data}\n\n`))).toEqual([
          { type: 'gap', reason: 'upstream' },
        ]);
      }
    },
  );

  it('lets no data pass for another kind of event', async () => {
    const [event] = await eventsIn(answer('event: status\ndata: {"type":"end","state":"open"}\n\n'));
    expect(event?.type).toBe('status');
  });

  it('survives arbitrary bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array()), async (chunks) => {
        for (const { type } of await eventsIn(answer(...chunks))) expect(type).toMatch(/^(?:update|gap)$/);
      }),
    );
  });

  it('is over at once when there is no body', async () => {
    expect(await eventsIn(new Response(null, { status: 204 }))).toEqual([]);
  });

  it('waits again after a comment, which shows that the server is there', async () => {
    const waits = vi.fn(heard);
    for await (const _ of streamedEvents(answer(':\n\n', ':\n\n'), {}, waits as typeof heard)) expect.fail();
    expect(waits).toHaveBeenCalledTimes(3);
  });

  // A broken proxy sends line after line without an end, and the page of a trader dies of it.
  it('does not gather an event without end', async () => {
    const chunk = `data: ${'x'.repeat(99_994)}\n`;
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new TextEncoder().encode(chunk));
      },
    });
    await expect(eventsIn(new Response(endless))).rejects.toThrow(/max buffer size/);
    expect(sent).toBeLessThan(20);
  });

  it('reads no further while nobody takes what is there', async () => {
    let sent = 0;
    const busy = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new TextEncoder().encode('data: {}\n\n'.repeat(10)));
      },
    });
    const events = streamedEvents(new Response(busy), {}, heard);
    for (let taken = 0; taken < 10; taken += 1) await events.next();
    await new Promise(setImmediate);
    // What was read, and what a stream fetches ahead of it.
    expect(sent).toBe(2);
  });
});
