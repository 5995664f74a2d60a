// Whatever is at the other end of the socket may send any bytes in any order. Whatever they are, the server must send its
// two frames and no third, pass on no token, write one event per update, and not throw.
import { EventEmitter } from 'node:events';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type WebSocket from 'ws';
import { readMessage } from '../../../server/trade-updates/alpaca-message.ts';
import { AlpacaSocket } from '../../../server/trade-updates/alpaca-socket.ts';
import { eventName, serverSentEvent } from '../../../server/trade-updates/event-stream.ts';

const TOKEN = 'b9f9d2c4-1111-4222-8333-444455556666';
const ESCAPED_TOKEN = [...TOKEN].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

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
  nearly.map((message) => Buffer.from(JSON.stringify(message).replaceAll(TOKEN, ESCAPED_TOKEN))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
);

/** Refusals that name the scope, some with the token in them, plain or escaped. */
const scopeErrors = fc
  .constantFrom('', TOKEN, ESCAPED_TOKEN)
  .map((token) => `{"action":"error","data":{"error_message":"not authorized for this scope ${token}"}}`)
  .map((text) => Buffer.from(text));

/** A WebSocket without a network: what is sent on it is kept, and a test says what arrives. */
class FakeWebSocket extends EventEmitter {
  readonly sent: unknown[] = [];

  send(frame: string): void {
    this.sent.push(JSON.parse(frame));
  }

  close(): void {
    this.emit('close');
  }

  terminate(): void {
    this.emit('close');
  }
}

/** Hands all frames to a socket that has just opened, also those after its end, and returns all that came of it. */
function receive(frames: readonly Buffer[]) {
  const socket = new FakeWebSocket();
  const updates: { event: string; data: string }[] = [];
  const endings: string[] = [];
  const logged: string[] = [];
  let opened = 0;
  let afterEnd = 0;
  const count = (): void => {
    if (endings.length > 0) afterEnd += 1;
  };
  const alpaca = new AlpacaSocket(
    socket as unknown as WebSocket,
    { environment: 'paper', accessToken: TOKEN },
    {
      onOpen() {
        count();
        opened += 1;
      },
      onUpdate(update) {
        count();
        updates.push(update);
      },
      onRefused(refusal) {
        count();
        endings.push('refused');
        logged.push(JSON.stringify(refusal));
      },
      onLost(reason) {
        count();
        endings.push(reason);
      },
    },
    {
      log: pino({ base: null }, { write: (line: string) => logged.push(line) }),
      times: { opening: 60_000, ping: 60_000 },
    },
  );
  socket.emit('open');
  for (const frame of frames) socket.emit('message', frame, true);
  alpaca.close();
  return { sent: socket.sent, updates, opened, endings, afterEnd, logged };
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

describe('AlpacaSocket', () => {
  it('sends its two frames and no third, whatever it receives', () => {
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 12 }), fc.boolean(), (given, greeted) => {
        const { sent, updates, opened, endings } = receive(greeted ? [...GREETING, ...given] : given);
        expect([[AUTHENTICATE], [AUTHENTICATE, LISTEN]]).toContainEqual(sent);
        expect(opened).toBeLessThanOrEqual(1);
        if (opened === 0) expect(updates).toEqual([]);
        if (greeted) expect(endings).not.toContain('refused');
      }),
      { numRuns: 3_000 },
    );
  });

  it('ends once, calls nothing afterwards, and lets the token into no log and no refusal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(frames, scopeErrors), { maxLength: 12 }),
        fc.boolean(),
        (given, greeted) => {
          const { endings, afterEnd, logged } = receive(greeted ? [...GREETING, ...given] : given);
          expect(endings.length).toBeLessThanOrEqual(1);
          expect(afterEnd).toBe(0);
          expect(logged.join('\n')).not.toContain(TOKEN);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('passes on updates as one event each, without the token, and as Alpaca meant them', () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 12 }), (given) => {
        const { updates } = receive([...GREETING, ...given]);
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

  it('reads what is meant: these inputs do reach it', () => {
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
