// A visitor, or an attacker with a thousand sockets, leaves while Alpaca is still working. Every such call must end upstream
// too, or the server collects open connections until it has none left (http-proxy-middleware #782).
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Harness, PAGE_LINES } from './proxy-harness.ts';

const GET = `GET /alpaca/paper/v2/account HTTP/1.1\r\n${PAGE_LINES}\r\n`;
const EVENTS = `GET /alpaca/paper/v2beta1/events/activities HTTP/1.1\r\n${PAGE_LINES}\r\n`;
const POST = `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: application/json\r\n`;

/** A proxy whose upstream does as told and says when a request came. */
async function start(
  answer: (response: ServerResponse) => void,
): Promise<{ harness: Harness; seen: EventEmitter }> {
  const seen = new EventEmitter();
  const harness = await Harness.start({
    upstream: (request, response) => {
      answer(response);
      seen.emit('request', request.socket);
    },
  });
  return { harness, seen };
}

/** Unlike `once()`, does not mind that the connection ends with an error. */
async function closed(socket: Socket): Promise<void> {
  if (!socket.destroyed) await new Promise((resolve) => socket.on('close', resolve));
}

describe.each([
  ['a call without an answer', GET, () => {}],
  ['a call in the middle of its answer', GET, (response: ServerResponse) => response.write('{"half":')],
  [
    'an event stream',
    EVENTS,
    (response: ServerResponse) =>
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n'),
  ],
  ['an order', `${POST}Content-Length: 2\r\n\r\n{}`, () => {}],
])('a client that leaves %s', (_, bytes, answer) => {
  it('ends it upstream', async () => {
    const { harness, seen } = await start(answer);
    await using _harness = harness;
    const client = harness.connect();
    client.write(bytes);
    const [upstream] = (await once(seen, 'request')) as [Socket];
    client.destroy();
    await closed(upstream);
    expect(harness.hits).toHaveLength(1);
  });
});

describe('a client that sent requests ahead, and leaves', () => {
  it('ends them all upstream, also those whose answers had no turn on the socket', async () => {
    await using harness = await Harness.start({ upstream: () => {} });
    const client = harness.connect();
    client.write(GET.replace('Connection: close\r\n', '').repeat(5));
    await expect.poll(() => harness.underWay).toBe(5);
    client.destroy();
    await expect.poll(() => harness.underWay).toBe(0);
    expect(harness.proxy.usage()).toEqual({ underWay: 0, bodies: 0, answers: 0 });
  });

  it('takes those with it that still wait for a place', async () => {
    await using harness = await Harness.start({ upstream: () => {} });
    const [client, other] = [harness.connect(), harness.connect()];
    client.write(GET.replace('Connection: close\r\n', '').repeat(24));
    await expect.poll(() => harness.underWay).toBe(24);
    other.write(GET.replace('Connection: close\r\n', '').repeat(9));
    await expect.poll(() => harness.requests).toBe(33);
    other.destroy();
    await expect.poll(() => harness.log.length).toBe(9);
    client.destroy();
    await expect.poll(() => harness.proxy.usage().underWay).toBe(0);
    expect(harness.hits).toHaveLength(24);
  });
});

describe('300 clients that leave', () => {
  it('leave no connection upstream behind', async () => {
    const { harness, seen } = await start(() => {});
    await using _harness = harness;
    for (let left = 300; left > 0; left -= 1) {
      const client = harness.connect();
      client.write(GET);
      const [upstream] = (await once(seen, 'request')) as [Socket];
      client.destroy();
      await closed(upstream);
    }
    expect(harness.upstreamSockets.size).toBe(0);
    expect(new Set(harness.log.map(({ ending }) => ending))).toEqual(new Set(['client_closed']));
    expect(harness.log[0]).toMatchObject({ status: 499 });
  });
});

describe('a client that reads slowly', () => {
  it('holds the upstream back instead of filling memory', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    let written = 0;
    const seen = new EventEmitter();
    await using harness = await Harness.start({
      upstream: (_request, response) => {
        const pump = (): void => {
          while (written < 64 * 1024 * 1024) {
            written += piece.length;
            if (!response.write(piece)) {
              response.once('drain', pump);
              seen.emit('blocked');
              return;
            }
          }
          response.end();
        };
        pump();
      },
    });
    const client = harness.connect();
    client.pause();
    client.write(GET);
    await once(seen, 'blocked');
    const quiet = await stopsGrowing(() => written);
    expect(quiet).toBeLessThan(32 * 1024 * 1024);
    client.destroy();
  });
});

/** The value once it has stayed the same for twenty looks. */
async function stopsGrowing(value: () => number): Promise<number> {
  for (let same = 0, last = value(); same < 20; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    same = value() === last ? same + 1 : 0;
    last = value();
  }
  return value();
}
