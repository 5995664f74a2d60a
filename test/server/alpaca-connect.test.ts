import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import session from 'express-session';
import { describe, expect, it } from 'vitest';
import { SIMULATOR_CLIENT, startSimulator } from '../../demo/simulator/index.ts';
import { alpacaConnect, createLogger, readConfiguration } from '../../server/index.ts';
import { stageEnvironment } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/** An Express app that was there before, with a session and a body parser of its own. */
async function openHostApp(path = '/alpaca') {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
  });
  const router = alpacaConnect({
    configuration: readConfiguration({
      ...stageEnvironment(simulator),
      PUBLIC_URL: url,
      SESSION_FILE: join(mkdtempSync(join(tmpdir(), 'host-app-')), 'sessions.sqlite'),
    }),
    log: createLogger({ write: () => {} }),
  });
  const sessions: string[] = [];
  const app = express();
  app.use(session({ secret: randomBytes(16).toString('hex'), resave: false, saveUninitialized: true }));
  app.use(path, router);
  app.use(express.json());
  app.get('/own', (request, response) => {
    sessions.push(JSON.stringify(request.session));
    response.json({ own: true });
  });
  server.on('request', app);
  return {
    url,
    simulator,
    sessions,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await router.close();
      await simulator.close();
    },
  };
}

describe('alpacaConnect()', () => {
  it('runs the whole flow inside an app that has sessions and body parsers of its own', async () => {
    await using app = await openHostApp();
    const visitor = new Visitor(app);
    expect((await visitor.connect()).status).toBe(201);
    const order = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
    const placed = await visitor.call('/paper/v2/orders', { method: 'POST', body: order });
    expect(placed.status).toBe(200);
    expect(await placed.json()).toMatchObject({ symbol: 'AAPL' });

    expect(await (await visitor.visit(`${app.url}/own`)).json()).toEqual({ own: true });
    expect(app.sessions.join()).not.toMatch(/accessToken|connections/);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    expect((await visitor.call('/paper/v2/account')).status).toBe(401);
  });

  it('judges the path that the client sent, not the one that Express rewrote', async () => {
    await using app = await openHostApp();
    const visitor = new Visitor(app);
    await visitor.connect();
    const before = app.simulator.control.requests.length;
    for (const path of [
      '//evil.example/x',
      '/paper//v2/account',
      '/paper/v2/%2e%2e/account',
      '/paper/v2/nothing',
    ]) {
      expect([400, 404]).toContain((await visitor.call(path)).status);
    }
    expect(app.simulator.control.requests).toHaveLength(before);
  });
});

it('alpacaConnect() says where to mount it when it is mounted elsewhere', async () => {
  await using app = await openHostApp('/broker');
  const answer = await fetch(`${app.url}/broker/connections`);
  expect(answer.status).toBe(500);
  expect(await answer.json()).toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining("app.use('/alpaca'"),
  });
});
