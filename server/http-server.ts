import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type RequestHandler } from 'express';
import { mayBeAnswered } from './http/client-socket.ts';
import { prepareDrain } from './http/drain.ts';
import { PublicError, sendError } from './http/errors.ts';
import { requireHttp1 } from './http/http-version.ts';
import { nameRequest, report, requestIdOf } from './http/log.ts';
import { ignoreConditions } from './http/router-rules.ts';
import { answerErrors, connectRouter, nothingHere } from './routes.ts';
import type { Service } from './service.ts';

export interface StartOptions {
  /** Interface to listen on. Default: all. */
  host?: string;
  /** Serves what lies outside the mount path, such as your own pages. */
  pages?: RequestHandler;
  /** Changes some of `SOCKET_LIMITS`. */
  limits?: Partial<typeof SOCKET_LIMITS>;
}

export interface RunningServer {
  /** Where it listens, for example `http://localhost:3000`. */
  url: string;
  /**
   * Stops without failing a request. Says at once that it is not ready, and with each answer that the socket closes. Takes
   * no more sockets after `grace`, lets what is under way finish for 25 s in all, then closes everything. Safe to call
   * twice: the first call counts.
   */
  stop(options?: StopOptions): Promise<void>;
}

interface StopOptions {
  /** How long it still takes new requests, in milliseconds: what a load balancer needs to notice `/readyz`. Default: 0. */
  grace?: number;
}

/**
 * Longest time from the call of `stop()` to the end of the last request, in milliseconds. Kubernetes kills a container
 * after 30 s; the rest is for closing the store.
 */
const DRAIN_DEADLINE = 25_000;

/** Starts the runnable server on the configured port and resolves when it answers. */
export async function startServer(
  service: Service,
  { host, pages, limits }: StartOptions = {},
): Promise<RunningServer> {
  const { draining, stopping } = service;
  const app = createApp(service, pages ? { pages } : {});
  const server = createServer({ ...SOCKET_LIMITS, ...limits }, refusingLongHeads(app));
  // Without Node's own limit, which hides the excess or, from Node 26 on, cuts the socket: `refusingLongHeads` counts.
  server.maxHeadersCount = 0;
  server.maxRequestsPerSocket = MOST_REQUESTS;
  const drain = prepareDrain(server, draining.signal);
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

/**
 * The first SIGTERM or SIGINT stops gracefully, and the process ends with code 0. A SIGINT after that ends it at once, with 1;
 * another SIGTERM changes nothing, because platforms may send several (Heroku), and npm passes on what its child got already.
 * @param stop Told which signal came: SIGTERM is sent by machines, SIGINT by somebody who waits for the prompt.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let asked = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (asked && signal === 'SIGTERM') return;
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

/** The runnable server: middleware in the order in which a request meets it. */
export function createApp(service: Service, { pages }: Pick<StartOptions, 'pages'> = {}): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.set('trust proxy', service.configuration.trustProxy);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);

  app.use(nameRequest, requireHttp1);
  app.get('/livez', ignoreConditions, live);
  app.get('/readyz', ignoreConditions, ready(service));
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

/** `GET /livez`: the process answers. */
const live: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
};

/** However often `/readyz` is asked, Alpaca is asked once in this time. Milliseconds. */
const PROBE_SHARED_FOR = 1_000;

/** `GET /readyz`: the store keeps what it is given, calls to Alpaca get through, and nobody asked the server to stop. */
export function ready({
  records,
  proxy,
  draining,
  log,
}: Pick<Service, 'records' | 'proxy' | 'draining' | 'log'>): RequestHandler {
  let latest: { at: number; probe: Promise<void> } | undefined;

  function upstreamProbe(): Promise<void> {
    if (latest === undefined || performance.now() - latest.at > PROBE_SHARED_FOR) {
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

/**
 * What one client socket may take of the server, so that a slow or endless client cannot hold it for ever (OWASP ASVS 4.2,
 * 13.1.3). Times in milliseconds.
 */
export const SOCKET_LIMITS = {
  /** For the request line and headers. */
  headersTimeout: 15_000,
  /** For a whole request, its body included. */
  requestTimeout: 60_000,
  /** How often the two above are checked. Node's 30 s would let a client have three times as long. */
  connectionsCheckingInterval: 5_000,
  /** Between two requests. Above the 90 s after which Heroku's router closes a socket, and others sooner: they have to be first. */
  keepAliveTimeout: 95_000,
  /** Bytes of request line and headers; 431 beyond. The cookies of five attempts fit. */
  maxHeaderSize: 16_384,
} satisfies ServerOptions;

/** Headers of one request; 431 beyond. Browsers send some twenty, and proxies add a few. */
export const MOST_HEADERS = 100;

/** Requests over one socket: then the answer says `Connection: close`, and load spreads over the servers anew. */
export const MOST_REQUESTS = 1_000;

function refusingLongHeads(app: RequestListener): RequestListener {
  return function answer(request, response) {
    try {
      assertHeaderCount(request);
    } catch (error) {
      sendError(response, error, requestIdOf(response));
      return;
    }
    app(request, response);
  };
}

/** @throws PublicError 431 `bad_request` */
function assertHeaderCount({ rawHeaders }: IncomingMessage): void {
  if (rawHeaders.length <= 2 * MOST_HEADERS) return;
  throw new PublicError(
    431,
    'bad_request',
    `The request has too many headers. Send at most ${MOST_HEADERS}.`,
    {
      // What is left of the request must not be read as the next one.
      headers: { Connection: 'close' },
    },
  );
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

function urlOf(server: Server, host = 'localhost'): string {
  const { port } = server.address() as AddressInfo;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
