import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Api, Environment } from '../contract.ts';
import { type AddressOf, addressReader } from '../http/client-address.ts';
import { hangUp, isGone, onceGone } from '../http/client-socket.ts';
import { isRefusal, PublicError, sendError } from '../http/errors.ts';
import { isHttp1 } from '../http/http-version.ts';
import { type Report, report } from '../http/log.ts';
import type { OriginGuard } from '../http/origin.ts';
import { admit } from '../http/page-request.ts';
import type { OperationScope } from '../operations.ts';
import { ALPACA, type Provider, providerIdOf } from '../providers.ts';
import { notConnected } from '../session/choose-connection.ts';
import type { ConnectionSessions, OpenSession } from '../session/connection-session.ts';
import { SessionWatch, WATCH_TIMES, type WatchTimes } from '../session/session-watch.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { CallRate, clientOf, ProxyLimits } from './limits.ts';
import { operationFinder } from './match-operation.ts';
import type { Leave } from './places.ts';
import { type BodyFraming, BodyReader, NO_BODY, parseBodyFraming } from './read-body.ts';
import { RefusedTokens, type Renewals } from './refused-token.ts';
import { createRelay, DEFAULT_DEADLINES, type Deadlines } from './relay.ts';
import type { RelayOutcome } from './relayed-call.ts';
import type { TokenCheck } from './token-check.ts';
import { buildUpstreamRequest, type UpstreamBase, upstreamBase } from './upstream-request.ts';

/** The proxy, as a plain handler of Node's HTTP server. */
export interface ApiProxy {
  /**
   * Answers a request for an API and returns true, or returns false and leaves the request alone. One that is not HTTP/1 is
   * left for `requireHttp1`, which refuses it before the next request of its socket is read.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Rejects when one of Alpaca's hosts does not answer. For readiness. */
  probe(): Promise<void>;
  /**
   * Ends the event streams that are passed through, and a little later cuts clients that send or read slowly. Call it when
   * the server accepts no more sockets.
   */
  drain(): void;
  /** What is taken now: places, and bytes that are held for clients. */
  usage(): ProxyUsage;
  /** Closes the sockets to Alpaca. Drain the HTTP server before. */
  close(): Promise<void>;
}

/** What clients take of the proxy. */
interface ProxyUsage {
  /** Requests that are at Alpaca. */
  underWay: number;
  /** Of requests, in bytes, while they arrive or are under way. */
  bodies: number;
  /** Of answers that were not read yet, in bytes. */
  answers: number;
}

/** What the proxy is built from. */
interface ApiProxyOptions {
  /** Where the server is mounted, without a trailing slash, for example `/alpaca`. */
  mountPath: string;
  guard: OriginGuard;
  sessions: ProxySessions;
  /** Shared with the streams, so that a connection is asked about once. */
  tokenCheck: Pick<TokenCheck, 'verdict'>;
  /** Default: no token is ever renewed. */
  renewals?: Renewals;
  /** The environments that this server offers, through whichever provider. */
  environments: readonly Environment[];
  /** The APIs of each provider, by its id. A token goes to those of its own provider only. */
  upstreams: ReadonlyMap<string, Provider['urls']>;
  /** Default: the address of the socket. */
  addressOf?: AddressOf;
  /** Operations of undocumented scope to open, as in `POST /v1/locates`. */
  allow: readonly string[];
  log: Logger;
  deadlines?: Partial<Deadlines>;
  /** How event streams are watched over. */
  watchTimes?: Partial<WatchTimes>;
  /** Calls of one connection to one API. Default: any number. */
  callsPerMinute?: number;
}

/** What the proxy needs of the sessions: to read, and two writes that only update. */
export type ProxySessions = Pick<ConnectionSessions, 'connectionFor' | 'touch' | 'markRevoked'>;

/** The APIs below the mount path. The two streams of trade updates are routes of their own. */
const API = /^\/(?!(?:paper|live)\/stream(?:\?|$))(paper|live|data)\//;

/**
 * Builds the proxy. What can be prepared is prepared here; `answer()` holds the steps of a request, in order.
 *
 * @throws TypeError for an upstream URL or an entry of `allow` that makes no sense
 */
export function createProxy(options: ApiProxyOptions): ApiProxy {
  const { mountPath, guard, sessions, tokenCheck, renewals, upstreams, environments, log } = options;
  const findOperation = operationFinder(environments, options.allow);
  const deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
  const addressOf = options.addressOf ?? addressReader();
  const relay = createRelay(deadlines);
  const bodies = new BodyReader(deadlines);
  const bases = new Map([...upstreams].map(([provider, urls]) => [provider, basesOf(urls)]));
  const rate = new CallRate({ perMinute: options.callsPerMinute ?? Infinity, log });
  const limits = new ProxyLimits(rate, originsOf(bases.values()));
  const refusedTokens = new RefusedTokens({ sessions, tokenCheck, renewals, log });

  function handle(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): boolean {
    // Express rewrites `url` below a mount path and keeps the raw target here.
    const target = request.originalUrl ?? request.url ?? '';
    const api = apiOf(target);
    if (api === undefined || !isHttp1(request)) return false;
    void serve({ api, requestId: randomUUID(), startedAt: performance.now(), request, response });
    return true;
  }

  function apiOf(target: string): Api | undefined {
    if (!target.startsWith(mountPath)) return undefined;
    return API.exec(target.slice(mountPath.length))?.[1] as Api | undefined;
  }

  /** Answers a request, or turns what is thrown into an error body that the page can read. Logs one line. Never rejects. */
  async function serve(call: ProxiedRequest): Promise<void> {
    try {
      await answer(call);
      report(log, 'info', lineOf(call), 'proxied');
    } catch (error) {
      refuse(call, guard, error);
      if (isRefusal(error)) report(log, 'info', { ...lineOf(call), code: error.code }, 'refused');
      else report(log, 'error', { ...lineOf(call), error }, 'failed');
    }
  }

  /** The steps of a proxied request, in order. */
  async function answer(call: ProxiedRequest): Promise<void> {
    const { api, requestId, request, response } = call;
    const admitted = admit(guard, request, response);
    if (admitted === undefined) return;
    const method = request.method ?? '';
    const path = admitted.target.path.slice(mountPath.length + 1 + api.length);
    const { scope, events, headers: documented, path: route } = findOperation(api, method, path);
    call.route = route;
    const framing = parseBodyFraming(request);
    assertBodyUnread(framing, request);

    const { open, connection } = await sessions.connectionFor(request, api, scope);
    call.connection = connection.id;
    const base = bases.get(providerIdOf(connection))?.[api];
    if (base === undefined) throw notConnected(api);
    touchSession(open, requestId);
    const client = clientOf(connection, addressOf(request));

    // The whole body comes first: a client that sends slowly must not hold a place meanwhile.
    const body = framing.kind === 'none' ? NO_BODY : await bodies.read(framing, client, request, response);
    if (body === undefined) {
      call.outcome = { ending: 'client_closed' };
      return;
    }
    let leave: Leave | undefined;
    try {
      const { id } = connection;
      const { query } = admitted.target;
      const parts = { base, method, path, query, length: body.bytes?.length, events, documented, requestId };
      const upstreamWith = ({ accessToken }: StoredConnection) =>
        buildUpstreamRequest({ ...parts, accessToken }, request);
      // Before the place, which nobody must hold while a partner's token endpoint is slow.
      let used = connection.renewal && renewals ? await renewals.fresh(open, connection) : connection;
      let upstream = upstreamWith(used);
      const { origin } = upstream;
      leave = await limits.enter({ client, counted: `${api} ${id}`, origin, events }, response);
      if (events) watchStream(call, id, scope);
      const shared = { body: body.bytes, events, requestId, response, client, onUpstreamDone: leave };
      const cors = guard.corsHeaders(request);
      let outcome = await relay.send({ upstream, cors, ...shared });
      for (let isRepeated = false; outcome.ending === 'unauthorized'; isRepeated = true) {
        call.outcome = outcome;
        const { refusal = '' } = outcome;
        // The place is kept meanwhile, so that a client that is often refused has no more requests under way than others.
        const refused = { api, method, requestId, open, connection: used, refusal, isRepeated };
        used = await refusedTokens.repeatedWith(refused);
        upstream = upstreamWith(used);
        outcome = await relay.send({ upstream, cors, ...shared });
      }
      call.outcome = outcome;
      // The person gets the place back later: a client that does not read must not make Alpaca send without end.
      if (outcome.ending === 'slow_reader') leave(deadlines.slowReader);
    } finally {
      leave?.();
      body.release();
    }
  }

  /** The request does not wait for this: a session that is not touched only ends sooner. */
  function touchSession(open: OpenSession, requestId: string): void {
    sessions
      .touch(open)
      .catch((error: unknown) => report(log, 'warn', { event: 'session_not_touched', error, requestId }));
  }

  /** An event stream stays open after its request was checked, so it is ended when the session or the connection ends. */
  function watchStream(
    { api, request, response }: ProxiedRequest,
    connectionId: string,
    scope: OperationScope,
  ): void {
    if (isGone(response)) return;
    const watch = new SessionWatch({
      assertMayListen: async () => {
        await sessions.connectionFor(request, api, scope, connectionId);
      },
      onEnded: () => {},
      log,
      times: { ...WATCH_TIMES, ...options.watchTimes },
    });
    const ended = new Promise<void>((resolve) => onceGone(response, resolve));
    watch.add({ ended, end: () => hangUp(response) });
    void watch.run();
  }

  async function probe(): Promise<void> {
    // A broker partner that is away is no reason to send nobody here.
    const own = bases.get(ALPACA) ?? {};
    const needed = (['data', ...environments] as const)
      .map((api) => own[api])
      .filter((base) => base !== undefined);
    await Promise.all(needed.map((base) => relay.probe(base)));
  }

  function drain(): void {
    relay.drain();
    bodies.drain();
  }

  function usage(): ProxyUsage {
    return { underWay: limits.underWay, bodies: bodies.budget.total, answers: relay.bufferedBytes };
  }

  async function close(): Promise<void> {
    rate.close();
    await relay.close();
  }

  return { handle, probe, drain, usage, close };
}

type UpstreamBases = Partial<Record<Api, UpstreamBase>>;

function basesOf(urls: Provider['urls']): UpstreamBases {
  return Object.fromEntries(
    Object.entries(urls).flatMap(([api, url]) => (url ? [[api, upstreamBase(url)] as const] : [])),
  );
}

function originsOf(bases: Iterable<UpstreamBases>): Set<string> {
  return new Set([...bases].flatMap((each) => Object.values(each).map(({ origin }) => origin)));
}

/** One request on its way through the proxy. */
interface ProxiedRequest {
  readonly api: Api;
  readonly requestId: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path template, once it is known. */
  route?: string;
  /** The id of the connection, once it is chosen. */
  connection?: string;
  /** What came of it, once there is something to say. */
  outcome?: Pick<RelayOutcome, 'ending'> & Partial<RelayOutcome>;
}

/** What the log says of a call: the template and never the URL, which holds ids and symbols; no header, no body. */
function lineOf(call: ProxiedRequest): Report {
  const { api, requestId, startedAt, request, response, route, connection, outcome } = call;
  return {
    event: 'request',
    method: request.method,
    route,
    environment: api,
    connection,
    // nginx's 499: the client left before there was an answer.
    status: response.headersSent ? response.statusCode : 499,
    ms: Math.round(performance.now() - startedAt),
    requestId,
    upstreamRequestId: outcome?.upstreamRequestId,
    ending: outcome?.ending,
  };
}

function refuse({ request, response, requestId }: ProxiedRequest, guard: OriginGuard, error: unknown): void {
  if (!response.headersSent) {
    for (const [name, value] of Object.entries(guard.corsHeaders(request))) response.setHeader(name, value);
    // What is left of a refused body must not be read as the next request.
    if (hasPendingBody(request)) response.setHeader('Connection', 'close');
  }
  sendError(response, error, requestId);
}

function hasPendingBody({ headers, complete }: IncomingMessage): boolean {
  return !complete && (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined);
}

/**
 * Asserts that nothing read the body before the proxy: to go on would send an order, or a change of one, with an empty body.
 *
 * @throws PublicError 500 `config_invalid`
 */
function assertBodyUnread(framing: BodyFraming, request: IncomingMessage): void {
  if (framing.kind === 'none' || !request.readableDidRead) return;
  throw new PublicError(
    500,
    'config_invalid',
    'Something read the body of this request before the router did. Mount the router before any body parser.',
  );
}
