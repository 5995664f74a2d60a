// Six sessions of one person, each within its limits, send orders a byte in five seconds, or ask for large answers and do not
// read them. That held every connection to Alpaca, and everybody else on this server waited for a minute.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ANSWER_BYTES } from '../../server/proxy/byte-budget.ts';
import { CALL_PLACES } from '../../server/proxy/places.ts';
import {
  connectionOf,
  Harness,
  type HarnessOptions,
  PAGE_LINES,
  statusOf,
} from '../server/proxy/proxy-harness.ts';

const SESSIONS = 6;
const EACH = 24;
const MIB = 1024 * 1024;
const HEAD = PAGE_LINES.replace('Connection: close\r\n', '');
const ORDER = `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 200\r\n`;
const ASSETS = `GET /alpaca/paper/v2/assets HTTP/1.1\r\n${HEAD}`;

/** Asks for assets are answered with so many bytes; the clock only when it is let go; anything else at once. */
function upstream(
  bytes: number,
  clock: (answer: () => void) => void = (answer) => answer(),
): RequestListener {
  return (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      if (request.url === '/v2/assets') pour(response, bytes);
      else if (request.url === '/v2/clock') clock(() => response.end('{}'));
      else response.end('{}');
    });
  };
}

function pour(response: ServerResponse, bytes: number): void {
  const piece = Buffer.alloc(64 * 1024, 'x');
  let left = bytes;
  const go = (): void => {
    while (left > 0) {
      left -= piece.length;
      if (!response.write(piece)) return void response.once('drain', go);
    }
    response.end();
  };
  go();
}

/** Sessions are told apart by `X-Who`, which is `person session`. Everybody is at one address, but for who says another. */
function start(options: HarnessOptions): Promise<Harness> {
  return Harness.start({
    sessions: {
      open: async ({ headers }: IncomingMessage) => {
        const [person = '', session = ''] = String(headers['x-who'] ?? 'ada 1').split(' ');
        const account = {
          id: person,
          number: 'PA1',
          status: 'ACTIVE',
          currency: 'USD',
          tradingBlocked: false,
        };
        return { connections: [connectionOf('paper', { id: `${person} ${session}`, account })] };
      },
    },
    addressOf: ({ headers }) => String(headers['x-address'] ?? 'cafe'),
    ...options,
  });
}

/** All that one person may have under way in six sessions, each on a socket of its own that is never read. */
function hostile(harness: Harness, request: (who: string) => string): Socket[] {
  const sockets = Array.from({ length: SESSIONS * EACH }, (_, each) => {
    const socket = harness.connect().pause();
    socket.write(request(`X-Who: mallory ${each % SESSIONS}\r\n`));
    return socket;
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return sockets;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A read and an order, of somebody at the same address and of somebody elsewhere. */
async function neighboursAreAnswered(harness: Harness): Promise<void> {
  for (const address of ['cafe', 'home']) {
    const headers = { 'X-Who': `neighbour-${address} 1`, 'X-Address': address };
    const read = await harness.fetch('/alpaca/paper/v2/account', { headers });
    const order = await harness.fetch('/alpaca/paper/v2/orders', {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect([address, read.status, order.status]).toEqual([address, 200, 200]);
  }
}

it('orders that are dribbled take no connection to Alpaca', async () => {
  await using harness = await start({ upstream: upstream(0) });
  hostile(harness, (who) => `${ORDER}${who}\r\n{`);
  await until(() => harness.requests >= SESSIONS * EACH);
  await neighboursAreAnswered(harness);
  expect(harness.hits).toHaveLength(4);
  expect(harness.underWay).toBe(0);
  expect(harness.proxy.usage()).toMatchObject({ underWay: 0, bodies: SESSIONS * EACH * 8_192 });
});

it('a body that came byte by byte arrives whole, in one piece, with its length', async () => {
  await using harness = await start({ upstream: upstream(0) });
  const client = harness.connect();
  const body = JSON.stringify({ symbol: 'AAPL', client_order_id: 'é'.repeat(20) });
  const bytes = Buffer.from(body);
  client.write(
    `POST /alpaca/paper/v2/orders HTTP/1.1\r\n${PAGE_LINES}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  for (const byte of bytes) {
    client.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(harness.hits).toHaveLength(0);
  client.write('0\r\n\r\n');
  await until(() => harness.hits.length === 1);
  expect(await harness.hits[0]?.body).toBe(body);
  expect(harness.hits[0]?.headers).toMatchObject({ 'content-length': `${bytes.length}` });
  expect(harness.hits[0]?.headers).not.toHaveProperty('transfer-encoding');
  client.destroy();
});

it('answers that nobody reads hold back Alpaca for a few at a time, and are cut', async () => {
  const deadlines = { clientRead: 500, slowReader: 500 };
  await using harness = await start({ upstream: upstream(16 * MIB), deadlines });
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, harness.proxy.usage().answers);
  }, 2);
  hostile(harness, (who) => `${ASSETS}${who}\r\n`);
  await until(() => harness.proxy.usage().answers > 0);
  await neighboursAreAnswered(harness);
  await until(() => harness.log.length >= SESSIONS * EACH + 4);
  clearInterval(look);
  // Alpaca sees the end of its last answer a moment after the log does.
  await until(() => harness.underWay === 0);
  expect(harness.proxy.usage()).toEqual({ underWay: 0, bodies: 0, answers: 0 });
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(ANSWER_BYTES.person);
  const endings = harness.log.map(({ ending }) => ending);
  expect(endings.filter((ending) => ending === 'slow_reader')).toHaveLength(SESSIONS * EACH);
});

it('who does not read has answers cut as often as places allow, and then has Alpaca send nothing more for a while', async () => {
  await using harness = await start({ upstream: upstream(16 * MIB), deadlines: { clientRead: 100 } });
  hostile(harness, (who) => `${ASSETS}${who}\r\n`);
  await until(() => harness.log.length === CALL_PLACES.person);
  await neighboursAreAnswered(harness);
  // Several times as long as it took them to be cut.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(harness.hits).toHaveLength(CALL_PLACES.person + 4);
  expect(harness.proxy.usage()).toEqual({ underWay: 0, bodies: 0, answers: 0 });
});

it('an answer that fits is taken at once, and its connection to Alpaca is free before the client has read it', async () => {
  let letClockGo = (): void => {};
  await using harness = await start({
    upstream: upstream(0.5 * MIB, (answer) => {
      letClockGo = answer;
    }),
  });
  // The answer behind another one of its socket cannot go out yet, however large the buffers of the kernels are.
  const client = harness.connect();
  let read = 0;
  client.on('data', (chunk) => {
    read += chunk.length;
  });
  client.write(`${ASSETS.replace('assets', 'clock')}\r\n${ASSETS}\r\n`);
  await until(() => harness.hits.length === 2 && harness.underWay === 1);
  await until(() => harness.proxy.usage().underWay === 1);
  expect(harness.proxy.usage().answers).toBeGreaterThan(0.25 * MIB);
  expect(read).toBe(0);
  letClockGo();
  await until(() => harness.log.length === 2);
  await until(() => read > 0.5 * MIB);
  expect(harness.log.map(({ ending }) => ending)).toEqual(['complete', 'complete']);
  expect(harness.proxy.usage()).toEqual({ underWay: 0, bodies: 0, answers: 0 });
  client.destroy();
});

it('a client that reads slowly, and faster than the least, gets all of its answer', async () => {
  await using harness = await start({ upstream: upstream(24 * MIB), deadlines: { clientRead: 2_000 } });
  const client = harness.connect();
  let read = 0;
  client.write(`${ASSETS}\r\n`);
  const sip = setInterval(() => {
    // Half a MiB at a time; the rest waits in the kernel.
    for (let piece = client.read(64 * 1024); piece !== null; piece = null) read += piece.length;
    for (let more = 0; more < 7; more += 1) read += client.read(64 * 1024)?.length ?? 0;
  }, 10);
  await until(() => harness.log.length === 1);
  expect(harness.log).toMatchObject([{ ending: 'complete', status: 200 }]);
  await until(() => read >= 24 * MIB);
  clearInterval(sip);
  client.destroy();
});

it('an event stream whose page does not read is cut, and Alpaca is not held back', async () => {
  await using harness = await start({
    upstream: (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      pour(response, 64 * MIB);
    },
  });
  const client = harness.connect().pause();
  client.write(`GET /alpaca/paper/v2beta1/events/activities HTTP/1.1\r\n${HEAD}\r\n`);
  await until(() => harness.log.length === 1);
  expect(harness.log).toMatchObject([{ ending: 'slow_reader' }]);
  await until(() => harness.underWay === 0);
  client.destroy();
});

it('a server that stops refuses what still dribbles, cuts who does not read, and lets Alpaca finish', async () => {
  let letClockGo = (): void => {};
  await using harness = await start({
    upstream: upstream(16 * MIB, (answer) => {
      letClockGo = answer;
    }),
    deadlines: { drain: 200, clientBody: 600_000, clientRead: 600_000, total: 600_000 },
  });
  const reader = harness.connect().pause();
  reader.write(`${ASSETS}\r\n`);
  const honest = harness.fetch('/alpaca/paper/v2/clock');
  const dribbled = harness.raw(`${ORDER}\r\n{`);
  await until(() => harness.hits.length === 2 && harness.requests === 3);
  harness.proxy.drain();
  const answer = await dribbled;
  expect(statusOf(answer)).toBe(503);
  expect(answer).toMatch(/^connection: close\r$/im);
  expect(answer).toContain('Nothing was sent to Alpaca.');
  await until(() => harness.underWay === 1);
  expect(harness.log.map(({ ending }) => ending)).toContain('slow_reader');
  letClockGo();
  expect((await honest).status).toBe(200);
  expect(harness.hits.map(({ url }) => url).toSorted()).toEqual(['/v2/assets', '/v2/clock']);
  reader.destroy();
});
