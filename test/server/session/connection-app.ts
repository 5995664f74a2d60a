import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { parseSetCookie } from 'cookie';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../../server/contract.ts';
import { sendError } from '../../../server/http/errors.ts';
import { ConnectionSessions } from '../../../server/session/connection-session.ts';
import type { RecordBackend } from '../../../server/session/records.ts';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import type { CurrentRules } from '../../../server/trading-rules.ts';
import { ALL_RULES } from './all-rules.ts';
import { exampleConnection } from './example-connection.ts';
import { MemoryBackend } from './memory-backend.ts';

const idle = 600_000;
export const absolute = 6_000_000;

export interface ConnectionAppOptions {
  publicUrl?: string;
  backend?: RecordBackend;
  sealer?: Sealer;
  deadline?: number;
  /** Middleware that the app around the routes uses for itself. */
  around?: (app: Express) => void;
  /** What a slow request waits for. */
  gate?: Promise<void>;
  /** Of Alpaca, the only provider there is. */
  rules?: CurrentRules;
}

/**
 * A small app with every way of using `ConnectionSessions`, on a socket of its own until the running test is done. It
 * trusts one proxy, so that a request says with X-Forwarded-Proto whether it came over https.
 */
export async function startConnectionApp({
  publicUrl = 'https://connect.example.com',
  backend = new MemoryBackend(),
  sealer = new Sealer([randomBytes(32)]),
  deadline = 2000,
  around = () => {},
  gate = Promise.resolve(),
  rules = ALL_RULES,
}: ConnectionAppOptions = {}) {
  const sessions = new ConnectionSessions({
    rulesOf: (provider) => (provider === 'alpaca' ? rules : undefined),
    records: new RecordStore({ backend, sealer, deadline }),
    secrets: sealer.signingSecrets(),
    publicUrl: new URL(publicUrl),
    idle,
    absolute,
  });
  const app = express().set('trust proxy', 1);
  around(app);
  app.get('/open', async (request, response) => {
    const open = await sessions.open(request);
    response.json(open === undefined ? null : open.connections);
  });
  app.use(sessions.middleware());
  app.post('/connections/:environment', async (request, response) => {
    const environment = request.params.environment as Environment;
    const crossSite = request.query['site'] === 'cross';
    const connections = [exampleConnection({ environment })];
    const keep = request.query['keep'] === 'true';
    await sessions.establish(request, connections, { crossSite, keep });
    response.status(201).json(sessions.connections(request));
  });
  app.get('/connections', (request, response) => void response.json(sessions.connections(request)));
  app.get('/slow', async (request, response) => {
    await gate;
    response.json(sessions.connections(request));
  });
  app.delete('/connections/:which', async (request, response) => {
    const { which } = request.params;
    const removed = await sessions.disconnect(request, response, ({ id, environment }) =>
      [id, environment].includes(which),
    );
    response.json({ removed, left: sessions.connections(request) });
  });
  const answerError: ErrorRequestHandler = (error, _request, response, _next) =>
    sendError(response, error, 'id');
  app.use(answerError);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { sessions, backend, sealer, base, visitor: () => new Visitor(base) };
}

/** A browser's way with one cookie. */
export class Visitor {
  readonly #base: string;
  cookie = '';

  constructor(base: string) {
    this.#base = base;
  }

  /** Sends a request as if over https, and keeps the cookie that the answer sets. */
  async send(
    method: string,
    path: string,
    headers: Record<string, string> = { 'x-forwarded-proto': 'https' },
  ) {
    const response = await fetch(this.#base + path, { method, headers: { ...headers, cookie: this.cookie } });
    const setCookies = response.headers.getSetCookie().map((header) => parseSetCookie(header));
    for (const { name, value } of setCookies) this.cookie = `${name}=${encodeURIComponent(value ?? '')}`;
    return { status: response.status, setCookies, body: (await response.json()) as unknown };
  }

  /** The environments that the server says are connected, by way of Express, or as the proxy sees it. */
  async connected(path: '/connections' | '/open' = '/connections'): Promise<string[]> {
    const { status, body } = await this.send('GET', path);
    if (status !== 200) throw new Error(`${path} answered ${status}.`);
    return ((body ?? []) as { environment: string }[]).map(({ environment }) => environment);
  }
}
