import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type RequestHandler } from 'express';
import { isAtWorkFor, mayBeAnswered, onceGone } from './http/client-socket.ts';
import { PublicError, sendError } from './http/errors.ts';
import { nameRequest, report, requestIdOf } from './http/log.ts';
import { answerErrors, connectRouter, nothingHere } from './routes.ts';
import type { Service } from './service.ts';

/**
 * Longest time between the wish to stop and the end of the last request, in milliseconds. Kubernetes kills a container
 * after 30 s; the rest is for closing the store.
 */
const DRAIN_DEADLINE = 25_000;

export interface RunningServer {
  /** Where it listens, for example `http://localhost:3000`. */
  url: string;
  /**
   * Stops without failing a request (backend.md V4): says that it is not ready, and with each answer that it closes the
   * connection; after `grace` takes no more connections, lets what is under way finish for 25 s in all, and closes
   * everything. Safe to call twice: the first call counts.
   */
  stop(options?: StopOptions): Promise<void>;
}

export interface StopOptions {
  /** How long it goes on to accept, in milliseconds: the time that a load balancer needs to notice `/readyz`. Default: 0. */
  grace?: number;
}

export interface StartOptions {
  /** Interface to listen on. Default: all. */
  host?: string;
  /** Serves what lies outside the mount path. */
  pages?: RequestHandler;
  /** Changes some of `CONNECTION_LIMITS`. */
  limits?: Partial<typeof CONNECTION_LIMITS>;
}

/** Starts the runnable server on the configured port and resolves when it answers. */
export async function startServer(
  service: Service,
  { host, pages, limits }: StartOptions = {},
): Promise<RunningServer> {
  const { draining, stopping } = service;
  const app = createApp(service, pages ? { pages } : {});
  const server = createServer({ ...CONNECTION_LIMITS, ...limits }, refusingLongHeads(app));
  // One more than may pass, so that the excess is seen.
  server.maxHeadersCount = MOST_HEADERS + 1;
  server.maxRequestsPerSocket = MOST_REQUESTS;
  endConnections(server, draining.signal);
  const drain = drainOf(server);
  await listen(server, service.configuration.port, host);

  async function stopAfter(grace: number): Promise<void> {
    draining.abort();
    await sleep(grace);
    stopping.abort();
    await drain(DRAIN_DEADLINE - grace);
    await service.close();
  }

  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(server, host),
    stop({ grace = 0 } = {}) {
      stopped ??= stopAfter(grace);
      return stopped;
    },
  };
}

function refusingLongHeads(app: RequestListener): RequestListener {
  return function answer(request, response) {
    try {
      judgeHeaderCount(request, MOST_HEADERS);
    } catch (error) {
      sendError(response, error, requestIdOf(response));
      return;
    }
    app(request, response);
  };
}

function urlOf(server: Server, host = 'localhost'): string {
  const { port } = server.address() as AddressInfo;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

export interface AppOptions {
  /** Serves what lies outside the mount path, such as your own pages. */
  pages?: RequestHandler;
}

/** The runnable server: middleware in the order in which a request meets it. */
export function createApp(service: Service, { pages }: AppOptions = {}): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.set('trust proxy', service.configuration.trustProxy);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);

  app.use(nameRequest);
  app.get('/livez', live);
  app.get('/readyz', ready(service));
  app.use(service.configuration.mountPath, connectRouter(service));
  if (pages) app.use(pages);
  app.use(nothingHere);
  app.use(answerErrors(service.log));

  // The proxy uses nothing of Express and is several times faster without it.
  return (request, response) => {
    if (!mayBeAnswered(response)) return;
    if (!service.proxy.handle(request, response)) app(request, response);
  };
}

/**
 * What one client connection may take of the server, so that a slow or endless client cannot hold it for ever (OWASP ASVS
 * 4.2, 13.1.3; backend.md V5). Times in milliseconds.
 */
export const CONNECTION_LIMITS = {
  /** For the request line and headers. */
  headersTimeout: 15_000,
  /** For a whole request, its body included. */
  requestTimeout: 60_000,
  /** How often the two above are looked at. Node's 30 s would let a client have three times as long. */
  connectionsCheckingInterval: 5_000,
  /** Between two requests. Above the 60 s after which load balancers usually drop a connection: they have to be first. */
  keepAliveTimeout: 65_000,
  /** Bytes of request line and headers; 431 beyond. The cookies of five attempts fit. */
  maxHeaderSize: 16_384,
} satisfies ServerOptions;

/** Headers of one request; 431 beyond. Browsers send some twenty, and proxies add a few. */
export const MOST_HEADERS = 100;

/** Requests over one connection: then the answer says `Connection: close`, and load spreads over the servers anew. */
export const MOST_REQUESTS = 1_000;

/** However often somebody asks whether this server is ready, Alpaca is asked once in this time. Milliseconds. */
const SHARED_FOR = 1_000;

/** `GET /livez`: the process answers. */
export const live: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
};

/** `GET /readyz`: the store keeps what it is given, the upstream pools move, and nobody asked the server to stop. */
export function ready({
  records,
  proxy,
  draining,
  log,
}: Pick<Service, 'records' | 'proxy' | 'draining' | 'log'>): RequestHandler {
  let latest: { at: number; probe: Promise<void> } | undefined;

  function upstreamProbe(): Promise<void> {
    if (latest === undefined || performance.now() - latest.at > SHARED_FOR) {
      latest = { at: performance.now(), probe: proxy.probe() };
    }
    return latest.probe;
  }

  return async (_request, response) => {
    response.set('Cache-Control', 'no-store');
    try {
      draining.signal.throwIfAborted();
      await Promise.all([records.probe(), upstreamProbe()]);
      response.json({ status: 'ok' });
    } catch (error) {
      report(log, 'warn', { event: 'not_ready', error });
      response.status(503).json({ status: 'unavailable' });
    }
  };
}

/** How often connections that have become idle are closed. Milliseconds. */
const SWEEP = 250;

/**
 * How long a client may keep this server waiting for the rest of its request, or for reading the rest of its answer, in
 * milliseconds. A little longer than the proxy gives it, which tells it so first.
 */
const PATIENCE = 7_000;

/**
 * Stops listening, and resolves when the last answer is out and every connection closed.
 * @param deadline What is not answered after so many milliseconds is cut off.
 */
export type Drain = (deadline: number) => Promise<void>;

/** Prepares the end of a server: call it before the server listens. */
export function drainOf(server: Server, patience = PATIENCE): Drain {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  // So that it is known what the server is at work on, whoever answers.
  server.on('request', (_request, response) => mayBeAnswered(response));

  /** Since when this server has waited for the client of each socket, by `performance.now()`. */
  const waitingSince = new Map<Socket, number>();

  function closeIdle(): void {
    server.closeIdleConnections();
    const now = performance.now();
    for (const socket of sockets) {
      if (isAtWorkFor(socket)) {
        waitingSince.delete(socket);
        continue;
      }
      const since = waitingSince.get(socket) ?? now;
      waitingSince.set(socket, since);
      // Browsers open connections in advance. Node waits for their first request; after one sweep, nobody else should.
      if (socket.bytesRead === 0 || now - since > patience) socket.destroy();
    }
  }

  return function drain(deadline) {
    return new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), deadline);
      // Answers that began before the drain promised to keep their connection, and leave it idle.
      const sweep = setInterval(closeIdle, SWEEP);
      server.close(() => {
        clearTimeout(cut);
        clearInterval(sweep);
        resolve();
      });
    });
  };
}

/**
 * Has every answer end its connection once `draining` is aborted, also when its request came before: the client knows
 * then that it must not send another request over it (RFC 9112 section 9.6). To close connections while they are idle
 * instead would lose the request that is on its way just then.
 */
export function endConnections(server: Server, draining: AbortSignal): void {
  const unanswered = new Set<ServerResponse>();

  // First in line, because others may answer at once.
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (draining.aborted) {
      response.setHeader('Connection', 'close');
      return;
    }
    unanswered.add(response);
    onceGone(response, () => unanswered.delete(response));
  });

  draining.addEventListener('abort', () => {
    for (const response of unanswered) if (!response.headersSent) response.setHeader('Connection', 'close');
    unanswered.clear();
  });
}

/**
 * Node does not refuse headers beyond `maxHeadersCount`: it hides them, so that the rest of the server would judge
 * another request than the one that was sent.
 * @param most Has to be less than the server's `maxHeadersCount`.
 * @throws PublicError 431 `bad_request`
 */
export function judgeHeaderCount({ rawHeaders }: IncomingMessage, most: number): void {
  if (rawHeaders.length <= 2 * most) return;
  throw new PublicError(431, 'bad_request', `The request has too many headers. Send at most ${most}.`, {
    // What is left of the request must not be read as the next one.
    headers: { Connection: 'close' },
  });
}

/**
 * The first SIGTERM or SIGINT stops gracefully, and the process ends with code 0; a second one ends it at once, with 1.
 * @param stop Told which signal came: SIGTERM is sent by machines, SIGINT by somebody who waits for the prompt.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let asked = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(1);
    asked = true;
    stop(signal).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}
