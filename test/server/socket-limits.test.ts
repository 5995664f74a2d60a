// A client that sends its request byte by byte, or a head without end, holds a socket and memory for as long as the server
// lets it. A few hundred of them from one machine would leave no place for anybody else (Slowloris).
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { MOST_HEADERS, MOST_REQUESTS, startServer } from '../../server/http-server.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const IMPATIENT = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };

interface Served extends AsyncDisposable {
  stage: Stage;
  connect(): Socket;
}

async function serve(limits = {}): Promise<Served> {
  const stage = await openStage();
  const configuration = { ...stage.service.configuration, port: 0 };
  const server = await startServer({ ...stage.service, configuration }, { host: '127.0.0.1', limits });
  const { hostname, port } = new URL(server.url);
  return {
    stage,
    connect: () => connect(Number(port), hostname).on('error', () => {}),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await stage[Symbol.asyncDispose]();
    },
  };
}

/** Sends a beginning, then a byte at a time for as long as the server listens. Returns its answer. */
async function trickle(socket: Socket, beginning: string): Promise<string> {
  socket.write(beginning);
  const drip = setInterval(() => socket.write('x'), 20);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  // What is written after the server has closed the socket fails.
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(drip);
  return answer;
}

async function exchange(socket: Socket, request: string): Promise<string> {
  socket.write(request);
  return text(socket);
}

const headers = (count: number) => Array.from({ length: count }, (_, each) => `X-${each}: 1\r\n`).join('');

describe('a client socket', () => {
  it('ends with 408 when the head of a request comes too slowly', async () => {
    await using served = await serve(IMPATIENT);
    expect(await trickle(served.connect(), 'GET /livez HTTP/1.1\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('ends when the body comes too slowly, and no order is placed', async () => {
    await using served = await serve(IMPATIENT);
    const { stage } = served;
    const person = new Visitor(stage);
    await person.connect();
    const cookie = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await trickle(
      served.connect(),
      `POST /alpaca/paper/v2/orders HTTP/1.1\r\nHost: localhost\r\nX-Alpaca-Connect: 1\r\nOrigin: ${stage.url}\r\n` +
        `Cookie: ${cookie}\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n{"symbol":"`,
    );
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
    const orders = stage.simulator.control.requests.filter(({ method }) => method === 'POST');
    expect(orders.filter(({ path }) => path === '/paper/v2/orders')).toEqual([]);
  });

  it('gets 431 for a head of 17 KiB', async () => {
    await using served = await serve();
    const head = `GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(17 * 1024)}\r\n\r\n`;
    expect(await exchange(served.connect(), head)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('gets 431 for more headers than the limit says, none of which is quietly dropped', async () => {
    await using served = await serve();
    const ask = (count: number) =>
      exchange(
        served.connect(),
        `GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers(count - 2)}\r\n`,
      );
    expect(await ask(MOST_HEADERS)).toMatch(/^HTTP\/1\.1 200 /);
    for (const count of [MOST_HEADERS + 1, 200, 1_200]) {
      const answer = await ask(count);
      expect(answer, `${count}`).toMatch(/^HTTP\/1\.1 431 /);
      expect(answer).toContain('"code":"bad_request"');
    }
  });

  it('is asked to end after a thousand requests, so that load spreads over the servers anew', async () => {
    await using served = await serve();
    const socket = served.connect();
    const answers = text(socket);
    const asked = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n';
    for (let turn = 0; turn < MOST_REQUESTS; turn += 1) socket.write(asked);
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1').split('HTTP/1.1 200').length - 1;
    });
    await expect.poll(() => received, { timeout: 20_000 }).toBeGreaterThanOrEqual(MOST_REQUESTS - 5);
    socket.end();
    const closing = (await answers).split('Connection: close').length - 1;
    expect(closing).toBe(1);
  });
});
