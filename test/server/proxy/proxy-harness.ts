import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { pino } from 'pino';
import type { Environment } from '../../../server/contract.ts';
import type { AddressOf } from '../../../server/http/client-address.ts';
import { createOriginGuard } from '../../../server/http/origin.ts';
import { type ApiProxy, createProxy, type ProxySessions } from '../../../server/proxy/proxy.ts';
import type { Deadlines } from '../../../server/proxy/relay.ts';
import { TokenCheck } from '../../../server/proxy/token-check.ts';
import {
  chooseConnection,
  namedConnection,
  notConnected,
} from '../../../server/session/choose-connection.ts';
import type { OpenSession } from '../../../server/session/connection-session.ts';
import type { WatchTimes } from '../../../server/session/session-watch.ts';
import type { StoredConnection } from '../../../server/stored-connection.ts';
import { watchAnswers } from '../../described-answers.ts';
import { MOUNTED } from '../../mounted.ts';

/** What answers when the proxy leaves a request alone. */
const NOT_THE_PROXY = 'not the proxy';

export const TOKEN = '4e0f0d6c-token-of-the-paper-account';
export const ORIGIN = 'https://shop.example';

/** The headers that a page's script sends. */
export const PAGE = { 'X-Alpaca-Connect': '1', Origin: ORIGIN, 'Sec-Fetch-Site': 'cross-site' };

/** The same as lines of a raw request. */
export const PAGE_LINES = Object.entries({ Host: 'connect.example', ...PAGE, Connection: 'close' })
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

export function connectionOf(
  environment: Environment,
  more: Partial<StoredConnection> = {},
): StoredConnection {
  return {
    id: `${environment}-connection`,
    environment,
    account: { id: '1', number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false },
    scope: 'account:write trading data',
    connectedAt: '2026-08-01T00:00:00.000Z',
    accessToken: TOKEN,
    ...more,
  };
}

/** What reached the upstream. */
export interface Hit {
  method: string;
  url: string;
  rawHeaders: string[];
  headers: IncomingMessage['headers'];
  body: Promise<string>;
}

export interface HarnessOptions {
  upstream?: RequestListener;
  /** A server that speaks no proper HTTP. Takes the place of `upstream`. */
  rawUpstream?: (socket: Socket) => void;
  connections?: readonly StoredConnection[];
  sessions?: Partial<ProxySessions> & {
    /** Reads a session. Default: one with `connections`. */
    open?: (request: IncomingMessage) => Promise<{ connections: readonly StoredConnection[] } | undefined>;
  };
  tokenCheck?: Pick<TokenCheck, 'verdict'>;
  environments?: readonly Environment[];
  allow?: readonly string[];
  /** Default: the address of the socket. */
  addressOf?: AddressOf;
  deadlines?: Partial<Deadlines>;
  watchTimes?: Partial<WatchTimes>;
  /** Path prefix of the upstream. */
  prefix?: string;
}

/** The proxy on a real port, in front of a recording upstream on another one. */
export class Harness implements AsyncDisposable {
  readonly hits: Hit[] = [];
  readonly log: Record<string, unknown>[] = [];
  readonly upstreamSockets = new Set<Socket>();
  readonly #server: Server;
  readonly #upstream: Server;
  readonly proxy: ApiProxy;
  connectionsToUpstream = 0;
  /** Requests whose answers the upstream has not sent whole. */
  underWay = 0;
  /** Requests that came to the proxy. */
  requests = 0;

  private constructor(server: Server, upstream: Server, options: HarnessOptions) {
    this.#server = server;
    this.#upstream = upstream;
    const base = new URL(`http://127.0.0.1:${portOf(upstream)}${options.prefix ?? ''}`);
    const environments = options.environments ?? ['paper', 'live'];
    const anyVisitor = async () => ({ connections: options.connections ?? [connectionOf('paper')] });
    const { open = anyVisitor, ...sessions } = options.sessions ?? {};
    this.proxy = createProxy({
      mountPath: '/alpaca',
      guard: createOriginGuard({ publicOrigin: 'https://connect.example', embedOrigins: [ORIGIN] }),
      sessions: {
        connectionFor: async (request, api, scope, named = namedConnection(request)) => {
          const found = await open(request);
          if (found === undefined) throw notConnected(api);
          const connection = chooseConnection(
            found.connections.filter(({ environment }) => environments.includes(environment)),
            { api, scope, named },
          );
          return { connection, open: found as OpenSession };
        },
        touch: async () => {},
        markRevoked: async () => {},
        ...sessions,
      },
      tokenCheck:
        options.tokenCheck ??
        new TokenCheck({ accountUrlOf: () => `${base.href.replace(/\/$/, '')}/v2/account` }),
      upstreams: new Map([['alpaca', { paper: base, live: base, data: base }]]),
      environments,
      allow: options.allow ?? [],
      ...(options.addressOf ? { addressOf: options.addressOf } : {}),
      log: pino({ base: null }, { write: (line: string) => this.log.push(JSON.parse(line)) }),
      ...(options.deadlines ? { deadlines: options.deadlines } : {}),
      ...(options.watchTimes ? { watchTimes: options.watchTimes } : {}),
    });
    const refuse: RequestListener = (_request, response) => {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end(NOT_THE_PROXY);
    };
    const answer: RequestListener = (request, response) => {
      if (!this.proxy.handle(request, response)) refuse(request, response);
    };
    watchAnswers(server, ({ body }) => body.toString() === NOT_THE_PROXY);
    server.on('request', () => {
      this.requests += 1;
    });
    server.on('request', MOUNTED ? express().use('/alpaca', answer).use(refuse) : answer);
    if (options.rawUpstream) upstream.removeAllListeners('connection');
    upstream.on('connection', (socket) => {
      this.connectionsToUpstream += 1;
      this.upstreamSockets.add(socket);
      socket.on('close', () => this.upstreamSockets.delete(socket)).on('error', () => {});
      options.rawUpstream?.(socket);
    });
    upstream.on('request', (request, response) => {
      const { method = '', url = '', rawHeaders, headers } = request;
      const body = text(request).catch(() => 'cut');
      this.hits.push({ method, url, rawHeaders, headers, body });
      this.underWay += 1;
      response.once('close', () => {
        this.underWay -= 1;
      });
      if (options.upstream) options.upstream(request, response);
      else
        body.then(() => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}'));
    });
  }

  static async start(options: HarnessOptions = {}): Promise<Harness> {
    const upstream = await listening(createServer());
    const server = await listening(createServer());
    return new Harness(server, upstream, options);
  }

  /** From now on nobody listens where the upstream was. */
  stopUpstream(): void {
    this.#upstream.close();
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** What a page's script would send. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...PAGE, ...(init.headers as Record<string, string>) };
    return fetch(`http://127.0.0.1:${this.port}${path}`, { redirect: 'manual', ...init, headers });
  }

  connect(): Socket {
    return connect(this.port, '127.0.0.1').on('error', () => {});
  }

  /** Writes bytes as they are and reads until the server hangs up. */
  async raw(bytes: string, { halfClose = false } = {}): Promise<string> {
    const socket = this.connect();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    if (halfClose) socket.end(bytes, 'latin1');
    else socket.write(bytes, 'latin1');
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('latin1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.proxy.close();
    for (const socket of this.upstreamSockets) socket.destroy();
    this.#upstream.closeAllConnections();
    this.#upstream.close();
  }
}

/** The status of a raw answer, or 0 when there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
