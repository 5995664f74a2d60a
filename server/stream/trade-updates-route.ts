import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Environment } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import { type AddressOf, addressReader } from '../guard/client-address.ts';
import { judgeRequestTarget } from '../guard/request-target.ts';
import type { OriginGuard } from '../guard/trusted-origin.ts';
import { isGone } from '../http/client-socket.ts';
import { requestIdOf } from '../log/name-request.ts';
import { report } from '../log/report.ts';
import { judgeBodyFraming } from '../proxy/body-framing.ts';
import { assertOffered, methodNotAllowed } from '../proxy/find-operation.ts';
import { clientOf } from '../proxy/limits.ts';
import { type ConnectionRules, openConnection } from '../proxy/open-connection.ts';
import { responseHeaders } from '../proxy/response-headers.ts';
import { serveVisit } from '../proxy/serve-visit.ts';
import { type Visit, visitLine } from '../proxy/visit.ts';
import { Listener } from './listener.ts';
import { type StreamSession, StreamSwitchboard, type SwitchboardOptions } from './stream-switchboard.ts';

export interface TradeUpdatesRouteOptions<Open extends StreamSession>
  extends ConnectionRules<Open>,
    SwitchboardOptions<Open> {
  /** Where the server is mounted, without a trailing slash, for example `/alpaca`. */
  mountPath: string;
  guard: OriginGuard;
  /** Default: the address of the socket. */
  addressOf?: AddressOf;
  sessions: ConnectionRules<Open>['sessions'] & SwitchboardOptions<Open>['sessions'];
  log: Logger;
}

/** `GET /paper/stream` and `GET /live/stream`, as a plain handler of Node's HTTP server. */
export interface TradeUpdatesRoute {
  /** Answers a request for a stream and returns true, or returns false and leaves the request alone. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Ends the streams of a connection that is no more. `why` is the last thing that the pages are told; without it, they come back. */
  end(connectionId: string, why?: PublicError): void;
  /** Pages that listen now. */
  listening(): number;
  /** Ends all streams, so that the pages come back to another server, and refuses new ones. */
  close(): void;
}

const STREAM = /^\/(paper|live)\/stream(?:\?|$)/;

/**
 * Builds the route. To listen does not count as use of the session: a page that was left open must not keep its person
 * signed in. Any scope will do, as reading orders needs none.
 */
export function createTradeUpdatesRoute<Open extends StreamSession>(
  options: TradeUpdatesRouteOptions<Open>,
): TradeUpdatesRoute {
  const { mountPath, guard, environments, log, addressOf = addressReader() } = options;
  const surroundings = { guard, log, done: 'streamed' };
  const switchboard = new StreamSwitchboard(options);
  let closed = false;

  function handle(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): boolean {
    // Express rewrites `url` below a mount path and keeps the raw target here.
    const target = request.originalUrl ?? request.url ?? '';
    const environment = environmentOf(target);
    if (environment === undefined) return false;
    const startedAt = performance.now();
    const visit = {
      api: environment,
      target,
      requestId: requestIdOf(response),
      startedAt,
      request,
      response,
    };
    void serveVisit(visit, surroundings, (it) => answer(it, environment));
    return true;
  }

  function environmentOf(target: string): Environment | undefined {
    if (!target.startsWith(mountPath)) return undefined;
    return STREAM.exec(target.slice(mountPath.length))?.[1] as Environment | undefined;
  }

  async function answer(visit: Visit, environment: Environment): Promise<void> {
    const { target, request, response } = visit;
    judgeRequestTarget(target);
    if (guard.preflight(request, response)) return;
    guard.check(request);
    visit.route = '/stream';
    assertOffered(environment, environments);
    if (request.method !== 'GET') throw methodNotAllowed('GET');
    judgeBodyFraming(request);

    const judge = () => openConnection(options, request, environment, 'none');
    const { open, connection } = await judge();
    const leave = await switchboard.enter(clientOf(connection, addressOf(request)), response);
    try {
      if (closed) throw stopping();
      if (isGone(response)) return;
      begin(visit);
      const listener = new Listener(response);
      switchboard.connect({ listener, lastEventId: lastEventIdOf(request), open, connection, judge });
      visit.outcome = { ending: await listener.ended };
    } finally {
      leave();
    }
  }

  function begin(visit: Visit): void {
    const { request, requestId, response } = visit;
    response.writeHead(200, {
      ...responseHeaders(
        { 'content-type': 'text/event-stream; charset=utf-8' },
        requestId,
        guard.corsHeaders(request),
      ),
      // Whatever stands in between must neither keep events back nor compress them together.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
      // Nothing follows on this connection, so that a server that stops need not wait for it.
      Connection: 'close',
    });
    response.flushHeaders();
    report(log, 'info', { ...visitLine(visit), event: 'stream_opened' });
  }

  return {
    handle,
    end: (connectionId, why) => switchboard.end(connectionId, why),
    listening: () => switchboard.listening,
    close() {
      closed = true;
      switchboard.close();
    },
  };
}

function lastEventIdOf({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  // Node joins a header that came twice, or makes a list of it: then it is the id of nothing.
  return typeof id === 'string' || id === undefined ? id : '';
}

function stopping(): PublicError {
  return new PublicError(503, 'overloaded', 'This server is stopping. Connect again in a moment.', {
    headers: { 'Retry-After': '1', Connection: 'close' },
  });
}
