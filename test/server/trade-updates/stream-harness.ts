import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from 'cookie-signature';
import express, { type Express } from 'express';
import { type Logger, pino } from 'pino';
import { logRequests, nameRequest } from '../../../server/http/log.ts';
import { createOriginGuard } from '../../../server/http/origin.ts';
import { admitScripts, apiHeaders } from '../../../server/http/page-request.ts';
import { onlyTakes } from '../../../server/http/router-rules.ts';
import type { TokenVerdict } from '../../../server/proxy/token-check.ts';
import { answerErrors } from '../../../server/routes.ts';
import { ConnectionSessions } from '../../../server/session/connection-session.ts';
import type { RecordBackend } from '../../../server/session/records.ts';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { Sessions } from '../../../server/session/sessions.ts';
import { SqliteBackend } from '../../../server/session/sqlite.ts';
import type { StoredConnection } from '../../../server/stored-connection.ts';
import { alpacaSockets, type SocketTimes } from '../../../server/trade-updates/alpaca-socket.ts';
import {
  createTradeUpdates,
  type TradeUpdates,
  type TradeUpdatesOptions,
} from '../../../server/trade-updates/route.ts';
import { exampleConnection } from '../session/example-connection.ts';
import { FakeAlpaca, type FakeAlpacaOptions } from './fake-alpaca.ts';
import { StreamReader } from './stream-reader.ts';

export const ORIGIN = 'https://shop.example';

/** The headers that a page's script sends. */
export const PAGE = { 'X-Alpaca-Connect': '1', Origin: ORIGIN, 'Sec-Fetch-Site': 'cross-site' };

const PUBLIC_URL = new URL('http://localhost:3000');

export type HarnessOptions = Pick<
  Partial<TradeUpdatesOptions>,
  'times' | 'limits' | 'environments' | 'tokenCheck'
> & {
  alpaca?: FakeAlpacaOptions;
  socketTimes?: Partial<SocketTimes>;
  /** Idle timeout of sessions, in milliseconds. */
  idle?: number;
  /** Stands in front of the store. */
  wrapBackend?: (backend: RecordBackend) => RecordBackend;
};

/** The route on a real port, real sessions in a real file, and a fake Alpaca. */
export class StreamHarness implements AsyncDisposable {
  readonly alpaca: FakeAlpaca;
  readonly log: Record<string, unknown>[] = [];
  readonly sessions: Sessions;
  readonly route: TradeUpdates;
  /** What the Trading API says about every token, unless the test brings a check of its own. */
  verdict: TokenVerdict = 'accepted';
  /** Connections of pages that are open now. */
  sockets = 0;
  readonly #folder = mkdtempSync(join(tmpdir(), 'streams-'));
  readonly #records: RecordStore;
  readonly #secrets: readonly string[];
  readonly #server: Server;

  private constructor(server: Server, alpaca: FakeAlpaca, options: HarnessOptions) {
    const sealer = new Sealer([randomBytes(32)]);
    const file = new SqliteBackend({ file: join(this.#folder, 's.sqlite') });
    const backend = options.wrapBackend?.(file) ?? file;
    const log = pino({ base: null }, { write: (line: string) => this.log.push(JSON.parse(line)) });
    const lifetimes = { idle: options.idle ?? 3_600_000, absolute: 86_400_000 };
    const urls = { paper: alpaca.url, live: alpaca.url };
    this.alpaca = alpaca;
    this.#server = server;
    this.#records = new RecordStore({ backend, sealer });
    this.#secrets = sealer.signingSecrets();
    this.sessions = new Sessions({ records: this.#records, ...lifetimes });
    const environments = options.environments ?? ['paper', 'live'];
    this.route = createTradeUpdates({
      sessions: new ConnectionSessions({
        records: this.#records,
        secrets: this.#secrets,
        publicUrl: PUBLIC_URL,
        rulesOf: () => ({ environments, live: 'approved', developerAccounts: [], scopes: [] }),
        ...lifetimes,
      }),
      tokenCheck: options.tokenCheck ?? { verdict: async () => this.verdict },
      environments,
      openUpstream: alpacaSockets({
        urlOf: ({ environment }) => urls[environment],
        log,
        ...(options.socketTimes ? { times: options.socketTimes } : {}),
      }),
      log,
      ...(options.times ? { times: options.times } : {}),
      ...(options.limits ? { limits: options.limits } : {}),
    });
    server.on('connection', (socket) => {
      this.sockets += 1;
      socket.once('close', () => {
        this.sockets -= 1;
      });
    });
    server.on('request', appAround(this.route, log));
  }

  static async start(options: HarnessOptions = {}): Promise<StreamHarness> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StreamHarness(server, await FakeAlpaca.start(options.alpaca), options);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connects an account, or several, in a session of its own. */
  async connect(...given: Partial<StoredConnection>[]): Promise<Person> {
    const connections = (given.length > 0 ? given : [{}]).map(exampleConnection);
    const id = newSessionId();
    await this.sessions.create(id, { cookie: {}, connections });
    return { id, cookie: this.cookieOf(id), connections, connection: connections[0] as StoredConnection };
  }

  cookieOf(sessionId: string): string {
    return `alpaca.sid=${encodeURIComponent(`s:${sign(sessionId, this.#secrets[0] ?? '')}`)}`;
  }

  /** What a page's script would send. */
  fetch(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const headers = { ...PAGE, ...init.headers };
    return fetch(`http://127.0.0.1:${this.port}${path}`, { redirect: 'manual', ...init, headers });
  }

  /** Opens a stream as a page does. @throws Error when it is refused */
  async listen(
    { cookie }: Pick<Person, 'cookie'>,
    { environment = 'paper', lastEventId }: { environment?: string; lastEventId?: string } = {},
  ): Promise<StreamReader> {
    const abort = new AbortController();
    const headers = {
      Cookie: cookie,
      ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
    };
    const response = await this.fetch(`/alpaca/${environment}/stream`, { headers, signal: abort.signal });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return new StreamReader(response, abort);
  }

  /** Opens a stream and never reads a byte of it. */
  async listenWithoutReading({ cookie }: Person): Promise<Socket & Disposable> {
    const opened = () => this.log.filter(({ event }) => event === 'stream_opened').length;
    const before = opened();
    const socket = connect(this.port, '127.0.0.1').on('error', () => {});
    const head = Object.entries({ Host: 'x', ...PAGE, Cookie: cookie }).map(([n, v]) => `${n}: ${v}\r\n`);
    socket.write(`GET /alpaca/paper/stream HTTP/1.1\r\n${head.join('')}\r\n`);
    await until(() => opened() > before);
    return Object.assign(socket.pause(), { [Symbol.dispose]: () => void socket.destroy() });
  }

  /** How the streams that have ended did so, by the log. */
  endings(): unknown[] {
    return this.log.filter(({ ending }) => ending !== undefined).map(({ ending }) => ending);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.route.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await this.alpaca[Symbol.asyncDispose]();
    await this.#records.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The route as the server mounts it. */
function appAround(route: TradeUpdates, log: Logger): Express {
  const guard = createOriginGuard({ publicOrigin: PUBLIC_URL.origin, embedOrigins: [ORIGIN] });
  const app = express();
  app.use(nameRequest, logRequests(log), apiHeaders(guard), admitScripts(guard));
  app.get('/alpaca/paper/stream', route.subscribe('paper'));
  app.get('/alpaca/live/stream', route.subscribe('live'));
  app.use(['/alpaca/paper/stream', '/alpaca/live/stream'], onlyTakes('GET'));
  app.use((_request, response) => void response.status(404).end('not a stream'));
  app.use(answerErrors(log));
  return app;
}

export interface Person {
  /** The session id. */
  id: string;
  cookie: string;
  connections: StoredConnection[];
  connection: StoredConnection;
}

export function newSessionId(): string {
  return randomBytes(24).toString('base64url');
}

/** Resolves when it holds. Looks every few milliseconds; the test's own time limit ends it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
