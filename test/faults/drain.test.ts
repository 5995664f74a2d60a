import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SIMULATOR_CLIENT, startSimulator } from '../../demo/simulator/index.ts';
import { freePort, startServerProcess, untilReady } from '../server-process.ts';
import { stageEnvironment } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const PEOPLE = 8;
/** Between two requests of one person, so that connections are idle now and then. Milliseconds. */
const PAUSE = 20;

/** A load balancer: asks the servers whether they are ready, and sends nobody to one that is not. */
function balance(servers: readonly string[], signal: AbortSignal): () => string {
  let ready = [...servers];
  let turn = 0;
  const isReady = (url: string) =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  void (async () => {
    while (!signal.aborted) {
      const answers = await Promise.all(servers.map(isReady));
      ready = servers.filter((_, index) => answers[index]);
      await sleep(200);
    }
  })();
  return () => ready[turn++ % ready.length] ?? 'http://no-server-is-ready.invalid';
}

/** What became of the requests of all people. */
class Tally {
  readonly failures: string[] = [];
  answered = 0;
  orders = 0;
  lastAnswers = 0;
}

/** One person's page: reads, orders, reads, orders, over connections that it keeps. */
async function trade(visitor: Visitor, pick: () => string, tally: Tally, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = { 'X-Alpaca-Connect': '1', 'Sec-Fetch-Site': 'same-origin', Cookie: cookie };
  for (let turn = 0; !signal.aborted; turn += 1) {
    const server = pick();
    const isOrder = turn % 2 === 1;
    try {
      const answer = isOrder
        ? await send(agent, `${server}/alpaca/paper/v2/orders`, headers, order())
        : await send(agent, `${server}/alpaca/paper/v2/account`, headers);
      if (answer.statusCode !== 200) tally.failures.push(`${server} answered ${answer.statusCode}`);
      tally.answered += 1;
      if (isOrder) tally.orders += 1;
      if (answer.headers.connection === 'close') tally.lastAnswers += 1;
    } catch (error) {
      tally.failures.push(`${server} ${isOrder ? 'order' : 'read'}: ${error}`);
    }
    await sleep(PAUSE);
  }
  agent.destroy();
}

/** Far below the market, so that it costs nothing and stays open. */
function order(): string {
  const terms = {
    symbol: 'AAPL',
    qty: '1',
    side: 'buy',
    type: 'limit',
    limit_price: '1',
    time_in_force: 'day',
  };
  return JSON.stringify({ ...terms, client_order_id: randomUUID() });
}

function send(agent: Agent, url: string, headers: object, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const contentType = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    httpRequest(url, { agent, method, headers: { ...headers, ...contentType } }, (answer) => {
      text(answer).then(() => resolve(answer), reject);
    })
      .on('error', reject)
      .end(body);
  });
}

it('SIGTERM under load: no request fails, and no order is lost or placed twice', {
  timeout: 60_000,
}, async () => {
  const ports = [await freePort(), await freePort()] as const;
  const [leaving, staying] = ports.map((port) => `http://127.0.0.1:${port}`) as [string, string];
  await using simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${leaving}/alpaca/callback`] }],
    requestsPerMinute: 100_000,
  });
  const environment = {
    ...stageEnvironment(simulator),
    PUBLIC_URL: leaving,
    SESSION_FILE: join(mkdtempSync(join(tmpdir(), 'drain-')), 'sessions.sqlite'),
  };
  await using first = startServerProcess({ ...environment, PORT: `${ports[0]}` });
  await using second = startServerProcess({ ...environment, PORT: `${ports[1]}` });
  await Promise.all([untilReady(first, leaving), untilReady(second, staying)]);
  const people = Array.from({ length: PEOPLE }, () => new Visitor({ url: leaving }));
  for (const person of people) expect((await person.connect()).status).toBe(201);
  // So that some requests are under way at any moment.
  simulator.control.delay = 30;

  const closing = new AbortController();
  const tally = new Tally();
  const pick = balance([leaving, staying], closing.signal);
  const pages = people.map((person) => trade(person, pick, tally, closing.signal));
  await expect.poll(() => tally.answered, { timeout: 30_000 }).toBeGreaterThan(100);
  first.process.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  const after = tally.answered;
  await expect.poll(() => tally.answered, { timeout: 30_000 }).toBeGreaterThan(after + 50);
  closing.abort();
  await Promise.all(pages);

  expect(tally.failures).toEqual([]);
  // Some connections did end with their answer; else the signal fell into a moment without load.
  expect(tally.lastAnswers).toBeGreaterThan(0);
  const placed = simulator.control.requests.filter(
    ({ method, path }) => method === 'POST' && path === '/paper/v2/orders',
  );
  expect(placed.every(({ status }) => status === 200)).toBe(true);
  expect(placed.length).toBe(tally.orders);
  process.stdout.write(`drain: ${tally.answered} requests, ${tally.orders} orders, 0 failed\n`);
});

/** A process of the server that is ready, and the simulator that is its Alpaca. */
async function startOne() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
  });
  const server = startServerProcess({
    ...stageEnvironment(simulator),
    PUBLIC_URL: url,
    PORT: `${port}`,
    SESSION_FILE: join(mkdtempSync(join(tmpdir(), 'drain-')), 'sessions.sqlite'),
  });
  await untilReady(server, url);
  return {
    server,
    simulator,
    url,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

it('SIGINT ends a server that stops already at once, whatever is under way', async () => {
  await using running = await startOne();
  const { server, simulator, url } = running;
  const person = new Visitor({ url });
  expect((await person.connect()).status).toBe(201);
  simulator.control.addFault({ kind: 'hang', path: '/paper/v2/clock' });
  const underWay = person.call('/paper/v2/clock').catch(() => 'cut');
  const hangs = () => simulator.control.requests.some(({ path }) => path === '/paper/v2/clock');
  await expect.poll(hangs, { timeout: 10_000 }).toBe(true);
  server.process.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(503);
  server.process.kill('SIGINT');
  expect(await server.ended).toBe(1);
  expect(await underWay).toBe('cut');
});

it('another SIGTERM, as platforms may send, changes nothing', async () => {
  await using running = await startOne();
  const { server, url } = running;
  server.process.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(503);
  server.process.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});
