import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type RunningServer, type StartOptions, startServer } from '../../server/http-server.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const WAITING = `/alpaca/mailbox/${'A'.repeat(43)}`;
const PAGE = {
  'X-Alpaca-Connect': '1',
  'Sec-Fetch-Site': 'same-origin',
  'X-Alpaca-Connect-Verifier': 'v'.repeat(43),
};

/** The server proper, over the service of a stage. */
function start({ service }: Stage, options: StartOptions = {}): Promise<RunningServer> {
  const configuration = { ...service.configuration, port: 0 };
  return startServer({ ...service, configuration }, { host: '127.0.0.1', ...options });
}

/** Somebody who is connected, and sends their requests to this server. */
async function connectedVisitor(stage: Stage, server: RunningServer): Promise<Visitor> {
  const person = new Visitor(stage);
  expect((await person.connect()).status).toBe(201);
  const visitor = new Visitor(server, { origin: stage.url });
  for (const [name, value] of person.cookies) visitor.cookies.set(name, value);
  return visitor;
}

const arrivals = (stage: Stage) =>
  stage.simulator.control.requests.filter(({ path }) => /account$/.test(path)).length;

// Less than the 25 s after which the server cuts what is left: that must not be what ends these.
describe('startServer().stop()', { timeout: 20_000 }, () => {
  it('does not wait for a page that only waits for its grant', async () => {
    await using stage = await openStage();
    const server = await start(stage);
    const waiting = fetch(server.url + WAITING, { headers: PAGE });
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    await server.stop();
    expect((await waiting).status).toBe(204);
  });

  it('goes on serving for the grace, is not ready meanwhile, and ends each connection with its answer', async () => {
    await using stage = await openStage();
    const server = await start(stage);
    const visitor = await connectedVisitor(stage, server);
    const before = await visitor.call('/paper/v2/account');
    expect(before.headers.get('connection')).toBe('keep-alive');

    const stopped = server.stop({ grace: 3_000 });
    const answers = await Promise.all([
      visitor.call('/paper/v2/account'),
      visitor.call('/connections'),
      fetch(`${server.url}/livez`),
      fetch(`${server.url}/nothing`),
      fetch(`${server.url}/readyz`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 503]);
    expect(answers.map(({ headers }) => headers.get('connection'))).toEqual(Array(5).fill('close'));
    await stopped;
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
  });

  it('leaves a page that waits for its grant alone until the grace is over', async () => {
    await using stage = await openStage();
    const server = await start(stage);
    const order: string[] = [];
    const waiting = fetch(server.url + WAITING, { headers: PAGE }).then(() => order.push('page'));
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    const stopped = server.stop({ grace: 700 });
    stage.service.stopping.signal.addEventListener('abort', () => order.push('grace over'));
    await Promise.all([waiting, stopped]);
    expect(order).toEqual(['grace over', 'page']);
  });

  it('lets a request that came before finish, and tells its client that the connection ends', async () => {
    await using stage = await openStage();
    const server = await start(stage);
    const visitor = await connectedVisitor(stage, server);
    const seen = arrivals(stage);
    stage.simulator.control.delay = 500;
    const underWay = visitor.call('/paper/v2/account');
    await expect.poll(() => arrivals(stage), { timeout: 10_000 }).toBeGreaterThan(seen);
    await server.stop();
    const answer = await underWay;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toMatchObject({ status: 'ACTIVE' });
  });

  it('waits neither for connections that nobody used yet, nor for those that an answer leaves idle', async () => {
    await using stage = await openStage();
    let goOn = (): void => {};
    const server = await start(stage, {
      pages: (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/plain' }).write('a long ');
        goOn = () => response.end('answer');
      },
    });
    const { hostname, port } = new URL(server.url);
    const unused = connect(Number(port), hostname);
    await once(unused, 'connect');
    const request = httpRequest(`${server.url}/page`, { headers: { Connection: 'keep-alive' } }).end();
    const [answer] = await once(request, 'response');
    expect(answer.headers.connection).toBe('keep-alive');

    const stopped = server.stop();
    const cut = once(unused, 'close');
    goOn();
    expect(await text(answer)).toBe('a long answer');
    await Promise.all([stopped, cut]);
  });

  it('may be called twice', async () => {
    await using stage = await openStage();
    const server = await start(stage);
    await Promise.all([server.stop(), server.stop({ grace: 60_000 })]);
  });
});
