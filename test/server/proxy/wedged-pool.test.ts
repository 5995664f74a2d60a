// undici loses one place of a pool for ever with each request that its own validation refuses. Whoever gets 128 of them
// past the proxy's judgement stops every trade of every person on this server, without any error.
import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { ready } from '../../../server/http-server.ts';
import { createRelay, DEFAULT_DEADLINES, POOL_SIZE, type Relay } from '../../../server/proxy/relay.ts';
import { type UpstreamBase, upstreamBase } from '../../../server/proxy/upstream-request.ts';
import { openStage } from '../../stage.ts';

async function listening(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends what the proxy never would. */
async function sendRefused(relay: Relay, { origin }: UpstreamBase): Promise<void> {
  const request = new IncomingMessage(new Socket());
  const upstream = { origin, path: '/', method: 'GET', headers: { expect: '100-continue' } };
  const client = { connection: 'one', person: 'one', address: 'one' };
  const parts = { body: null, events: false, requestId: 'one', cors: {}, client, onUpstreamDone: () => {} };
  await expect(relay.send({ upstream, ...parts, response: new ServerResponse(request) })).rejects.toThrow();
}

it('GET /readyz turns 503 when the pool of calls hangs, and 200 again once the relay has replaced it', async () => {
  await using stage = await openStage();
  const { records, draining, log, proxy } = stage.service;
  const base = upstreamBase(new URL(await listening((_, response) => response.end())));
  const relay = createRelay({
    ...DEFAULT_DEADLINES,
    connect: 500,
    headers: 500,
    bodyIdle: 500,
    total: 1_000,
  });
  onTestFinished(() => relay.close());
  const app = express().get(
    '/readyz',
    ready({ records, draining, log, proxy: { ...proxy, probe: () => relay.probe(base) } }),
  );
  const url = await listening(app);
  const status = async () => (await fetch(`${url}/readyz`)).status;
  await expect.poll(status, { timeout: 10_000 }).toBe(200);

  for (let place = 0; place < POOL_SIZE; place += 1) await sendRefused(relay, base);
  await expect.poll(status, { timeout: 10_000 }).toBe(503);
  await expect.poll(status, { timeout: 10_000 }).toBe(200);
});
