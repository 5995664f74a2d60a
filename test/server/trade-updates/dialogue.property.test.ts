// Whoever is at the other end of the line may send any bytes in any order. Whatever they are, the server must say its
// two sentences and no third, pass on no token, write one line per event, and not throw.
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dialogue, readMessage } from '../../../server/trade-updates/alpaca-socket.ts';
import { eventName, serverSentEvent } from '../../../server/trade-updates/event-stream.ts';

const TOKEN = 'b9f9d2c4-1111-4222-8333-444455556666';

/** JSON that is near to the protocol, with the token in odd places. */
const nearly = fc.oneof(
  fc.record({
    stream: fc.constantFrom('authorization', 'listening', 'trade_updates', TOKEN),
    data: fc.oneof(
      fc.record({
        status: fc.constantFrom('authorized', 'unauthorized', 7),
        action: fc.constantFrom('authenticate', 'listen'),
      }),
      fc.record({ streams: fc.oneof(fc.constant(['trade_updates']), fc.jsonValue()) }),
      fc.record({
        event: fc.oneof(fc.constantFrom('fill', 'end', TOKEN), fc.string({ unit: 'binary' })),
        order: fc.oneof(fc.record({ id: fc.string() }), fc.jsonValue()),
        more: fc.oneof(
          fc.jsonValue(),
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => text + TOKEN),
        ),
      }),
      fc.jsonValue(),
    ),
  }),
  fc.record({ action: fc.constantFrom('error', 'authenticate'), data: fc.jsonValue() }),
  fc.jsonValue(),
);

const frames = fc.oneof(
  nearly.map((message) => Buffer.from(JSON.stringify(message))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
);

/** Talks until it is over, and tells all that came of it. */
function talk(said: readonly Buffer[]) {
  const sent: unknown[] = [];
  const heard: { event: string; data: string }[] = [];
  let ending: string | undefined;
  let opened = 0;
  const dialogue = new Dialogue({
    accessToken: TOKEN,
    send: (frame) => sent.push(frame),
    opened: () => {
      opened += 1;
    },
    heard: (update) => heard.push(update),
    refused: () => {
      ending = 'refused';
    },
    failed: (reason) => {
      ending = reason;
    },
    leaked: () => {},
  });
  dialogue.begin();
  for (const frame of said) if (ending === undefined) dialogue.take(frame);
  return { sent, heard, opened, ending };
}

function parse(bytes: Buffer): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(bytes.toString());
  return events;
}

const AUTHENTICATE = { action: 'authenticate', data: { oauth_token: TOKEN } };
const LISTEN = { action: 'listen', data: { streams: ['trade_updates'] } };
const GREETING = [
  { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } },
  { stream: 'listening', data: { streams: ['trade_updates'] } },
].map((message) => Buffer.from(JSON.stringify(message)));

describe('readMessage()', () => {
  it('reads any bytes without throwing', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(readMessage(frame).kind).toMatch(/^(?:authorization|listening|update|error|unknown|garbage)$/);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('Dialogue', () => {
  it('says its two sentences and no third, whatever it is told', () => {
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 12 }), fc.boolean(), (said, greeted) => {
        const { sent, heard, opened, ending } = talk(greeted ? [...GREETING, ...said] : said);
        expect([[AUTHENTICATE], [AUTHENTICATE, LISTEN]]).toContainEqual(sent);
        expect(opened).toBeLessThanOrEqual(1);
        if (opened === 0) expect(heard).toEqual([]);
        if (greeted) expect(ending).not.toBe('refused');
      }),
      { numRuns: 3_000 },
    );
  });

  it('passes on updates as one event each, without the token, and as Alpaca meant them', () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 12 }), (said) => {
        const updates = talk([...GREETING, ...said]).heard;
        for (const { event, data } of updates) {
          const bytes = serverSentEvent({ id: '1', event: eventName(event), data });
          expect(bytes.toString()).not.toContain(TOKEN);
          const events = parse(bytes);
          expect(events).toHaveLength(1);
          expect(JSON.parse(events[0]?.data ?? '').event).toBe(event);
          expect(events[0]?.event).toMatch(/^(?!status$|gap$|end$)[a-z_]{1,40}$/);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('hears what is meant: these inputs do reach it', () => {
    const samples = fc.sample(nearly, 2_000).map((message) => Buffer.from(JSON.stringify(message)));
    const kinds = new Set(samples.map((frame) => readMessage(frame).kind));
    expect([...kinds].sort()).toEqual([
      'authorization',
      'error',
      'garbage',
      'listening',
      'unknown',
      'update',
    ]);
  });
});
