import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionOf, connectionsOf } from '../../server/connections.ts';
import { createLogger } from '../../server/http/log.ts';
import { createApp } from '../../server/http-server.ts';
import { ALPACA, type Provider } from '../../server/providers.ts';
import { createService, type Service } from '../../server/service.ts';
import { Sessions } from '../../server/session/sessions.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * The id of a partner is given to another one, or its entry gets other hosts, while sessions hold tokens of before. If these were
 * used as the entry is now, the new hosts would be sent what belongs to the old ones.
 */

let stage: Stage;
/** What the hosts of the new entry were sent. */
const stolen: string[] = [];
const thief = createServer((request, response) => {
  stolen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
  response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"a","status":"ACTIVE"}');
});
thief.on('upgrade', (request, socket) => {
  stolen.push(`stream ${request.url}`);
  socket.destroy();
});
let evil: string;

beforeAll(async () => {
  stage = await openStage({ partner: {} });
  evil = await listen(thief);
});
afterAll(async () => {
  thief.closeAllConnections();
  thief.close();
  await stage[Symbol.asyncDispose]();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The server after a restart with another entry, on the sessions of before, and the visitor who comes back to it. */
interface Restarted extends AsyncDisposable {
  service: Service;
  visitor: Visitor;
  /** The visitor's request, as code of the app's own has it. */
  request: IncomingMessage;
}

async function restarted(id: string, changes: Partial<Provider>, before: Visitor): Promise<Restarted> {
  const { configuration } = stage.service;
  const providers = configuration.providers.map((one) => (one.id === id ? { ...one, ...changes } : one));
  const service = createService({ ...configuration, providers }, createLogger({ write: () => {} }));
  const server = createServer(createApp(service, { pages: (_request, _response, next) => next() }));
  const visitor = new Visitor({ url: await listen(server) }, { origin: stage.url });
  for (const [name, value] of before.cookies) visitor.cookies.set(name, value);
  const cookie = [...before.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    service,
    visitor,
    request: { headers: { cookie } } as IncomingMessage,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await service.close();
    },
  };
}

const at = (path = '') => new URL(evil + path);
const streamAt = () => new URL(evil.replace('http', 'ws'));

describe('a connection', () => {
  it.each<[string, () => Partial<Provider>]>([
    ['token endpoint', () => ({ tokenUrl: at('/token') })],
    ['client', () => ({ clientId: 'another' })],
    ['Trading API', () => ({ urls: { ...urlsOf('acme'), paper: at() } })],
    ['Market Data API', () => ({ urls: { ...urlsOf('acme'), data: at() } })],
    ['stream', () => ({ streamUrls: { paper: streamAt() } })],
    ['everything', () => ({ tokenUrl: at(), urls: { paper: at(), data: at() }, revokeUrl: at('/revoke') })],
  ])('is not used once its provider has another %s', async (_, changes) => {
    const before = new Visitor(stage);
    expect((await before.connect({ provider: 'acme' })).status).toBe(201);
    await using later = await restarted('acme', changes(), before);
    const { visitor } = later;
    stolen.length = 0;
    stage.partner?.control.reset();
    for (const path of ['/paper/v2/account', '/data/v2/stocks/bars?symbols=AAPL', '/paper/stream']) {
      const answer = await visitor.call(path);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({
        code: 'connection_revoked',
        message: expect.stringMatching(/Nothing was sent\. Reconnect with the button/),
      });
    }
    expect((await visitor.list()).connections).toMatchObject([
      { provider: 'acme', revokedAt: expect.any(String) },
    ]);
    expect(await connectionOf(later.service, later.request, 'paper')).toBeUndefined();
    expect(await connectionsOf(later.service, later.request)).toEqual([]);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect(stolen).toEqual([]);
    expect(stage.partner?.control.requests).toEqual([]);
  });

  it('is used again when the entry is what it was', async () => {
    const before = new Visitor(stage);
    await before.connect({ provider: 'acme' });
    {
      await using later = await restarted('acme', { tokenUrl: at() }, before);
      expect((await later.visitor.call('/paper/v2/account')).status).toBe(401);
    }
    expect((await before.call('/paper/v2/account')).status).toBe(200);
    expect((await before.list()).connections[0]?.revokedAt).toBeUndefined();
  });

  it.each<[string, () => Partial<Provider>]>([
    ['name', () => ({ name: 'Acme Bank' })],
    ['scopes', () => ({ scopes: ['data'], readScope: 'general' })],
    ['secret', () => ({ clientSecret: 'rotated' })],
    ['live rule', () => ({ live: 'off', environments: ['paper'] })],
    ['consent page', () => ({ authorizeUrl: at(), issuer: evil })],
    ['live host', () => ({ urls: { ...urlsOf('acme'), live: at() } })],
  ])('is used on when its provider only has another %s', async (_, changes) => {
    const before = new Visitor(stage);
    await before.connect({ provider: 'acme' });
    await using later = await restarted('acme', changes(), before);
    expect((await later.visitor.call('/paper/v2/account')).status).toBe(200);
  });

  it('of Alpaca is held to its hosts, too', async () => {
    const before = new Visitor(stage);
    await before.connect();
    await using later = await restarted(ALPACA, { urls: { ...urlsOf(ALPACA), paper: at() } }, before);
    stolen.length = 0;
    expect((await later.visitor.call('/paper/v2/account')).status).toBe(401);
    expect(stolen).toEqual([]);
  });

  it('that does not say where it belongs is used when it is Alpaca’s, and not when it is a partner’s', async () => {
    const { sessionIdle: idle, sessionAbsolute: absolute } = stage.service.configuration;
    const sessions = new Sessions({ records: stage.service.records, idle, absolute });
    for (const [provider, status] of [
      ['alpaca', 200],
      ['acme', 401],
    ] as const) {
      const visitor = new Visitor(stage);
      await visitor.connect({ provider });
      const cookie = decodeURIComponent(visitor.cookies.get('alpaca.sid') ?? '');
      await sessions.update(cookie.slice(2).split('.')[0] ?? '', (connections) =>
        connections.map(({ destinations: _, ...older }) => older),
      );
      await expect.poll(async () => (await visitor.call('/paper/v2/account')).status).toBe(status);
    }
  });
});

function urlsOf(id: string): Provider['urls'] {
  return stage.service.configuration.providers.find((one) => one.id === id)?.urls ?? {};
}
