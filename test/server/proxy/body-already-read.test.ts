import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { expect, it } from 'vitest';
import { SIMULATOR_CLIENT, startSimulator } from '../../../demo/simulator/index.ts';
import { alpacaConnect, createLogger, readConfiguration } from '../../../server/index.ts';
import { stageEnvironment } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

/*
 * An app mounts the router behind its own body parser. The parser has eaten the order, and Alpaca would get an empty
 * one: a replaced order without its changes, say. Nothing may go upstream then.
 */
it('alpacaConnect() behind a body parser sends no emptied body to Alpaca, and says what to change', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'body-read-'));
  await using simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
  });
  const router = alpacaConnect({
    configuration: readConfiguration({
      ...stageEnvironment(simulator),
      SESSION_KEYS: randomBytes(32).toString('base64'),
      PUBLIC_URL: url,
      SESSION_FILE: join(folder, 'sessions.sqlite'),
    }),
    log: createLogger({ write: () => {} }),
  });
  server.on('request', express().use(express.json()).use('/alpaca', router));
  try {
    const visitor = new Visitor({ url });
    expect((await visitor.connect()).status).toBe(201);
    const before = simulator.control.requests.length;
    const order = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
    const answer = await visitor.call('/paper/v2/orders', { method: 'POST', body: order });
    expect(simulator.control.requests).toHaveLength(before);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('before any body parser'),
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await router.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
