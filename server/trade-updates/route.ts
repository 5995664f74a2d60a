import type { IncomingHttpHeaders } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Environment } from '../contract.ts';
import { type AddressOf, addressReader } from '../http/client-address.ts';
import { isGone } from '../http/client-socket.ts';
import { methodNotAllowed, PublicError } from '../http/errors.ts';
import { noteEnding, report, requestIdOf } from '../http/log.ts';
import { clientOf } from '../proxy/limits.ts';
import { assertEnvironmentOffered } from '../proxy/match-operation.ts';
import { type PlaceLimits, Places } from '../proxy/places.ts';
import { parseBodyFraming } from '../proxy/read-body.ts';
import type { ConnectionSessions } from '../session/connection-session.ts';
import { Subscriber, type SubscriberEnding } from './event-stream.ts';
import { StreamHub, type StreamHubOptions } from './hub.ts';

export interface TradeUpdatesOptions extends StreamHubOptions {
  sessions: Pick<ConnectionSessions, 'connectionFor' | 'markRevoked'>;
  /** The environments that this server offers. */
  environments: readonly Environment[];
  /** Default: the address of the socket. */
  addressOf?: AddressOf;
  limits?: PlaceLimits;
}

/** The streams of trade updates. */
export interface TradeUpdates {
  /** `GET /paper/stream` or `GET /live/stream`, behind `admitScripts()`. */
  subscribe(environment: Environment): RequestHandler;
  /** Ends the stream of a connection that is no more. With `why`, its pages are told it and do not come back. */
  end(connectionId: string, why?: PublicError): void;
  /** Pages that are subscribed now. */
  subscribers(): number;
  /** Ends all streams, so that the pages come back to another server, and refuses new ones. */
  close(): void;
}

/**
 * More tabs than somebody has, and what one process holds with ease. Nobody waits for somebody else to leave, and neither
 * one person nor one address can take all of it.
 */
const SUBSCRIBER_LIMITS: PlaceLimits = {
  connection: 100,
  person: 100,
  address: 1_000,
  total: 5_000,
  waiting: 0,
  present: 1_000,
};

/**
 * Builds the route. To subscribe does not count as use of the session: a page that was left open must not keep its person
 * signed in. That is why this is not behind the session's middleware, whose end would count as use. Any scope will do, as
 * reading orders needs none.
 */
export function createTradeUpdates(options: TradeUpdatesOptions): TradeUpdates {
  const {
    sessions,
    renewals,
    environments,
    log,
    addressOf = addressReader(),
    limits = SUBSCRIBER_LIMITS,
  } = options;
  const hub = new StreamHub(options);
  const places = new Places(limits);
  let isClosed = false;

  async function openStream(environment: Environment, request: Request, response: Response): Promise<void> {
    // Express would answer HEAD here, too, and never end.
    if (request.method !== 'GET') throw methodNotAllowed('GET');
    assertEnvironmentOffered(environment, environments);
    parseBodyFraming(request);

    const { open, connection: found } = await sessions.connectionFor(request, environment, 'none');
    const connection = found.renewal && renewals ? await renewals.fresh(open, found) : found;
    const leave = await places.enter(clientOf(connection, addressOf(request)), response);
    try {
      if (isClosed) throw stopping();
      if (isGone(response)) return;
      sendHeaders(response);
      const requestId = requestIdOf(response);
      report(log, 'info', { event: 'stream_opened', environment, connection: connection.id, requestId });
      const reopen = () => sessions.connectionFor(request, environment, 'none', connection.id);
      const subscriber = new Subscriber(response);
      hub.subscribe({ subscriber, lastEventId: lastEventIdOf(request.headers), open, connection, reopen });
      await endOf(subscriber, response);
    } finally {
      leave();
    }
  }

  return {
    subscribe: (environment) => (request, response) => openStream(environment, request, response),
    end: (connectionId, why) => hub.end(connectionId, why),
    subscribers: () => places.underWay,
    close() {
      isClosed = true;
      hub.close();
    },
  };
}

function sendHeaders(response: Response): void {
  response.set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Whatever stands in between must neither keep events back nor compress them together.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    // Nothing follows on this socket, so that a server that stops need not wait for it.
    Connection: 'close',
  });
  response.flushHeaders();
}

function lastEventIdOf(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['last-event-id'];
  // Node joins a header that came twice, or makes a list of it: then it is the id of nothing.
  return typeof id === 'string' || id === undefined ? id : '';
}

/**
 * Waits for the end of a stream, and notes for the log how it came. The line of the log is written as soon as the client is
 * gone, before anybody else learns of it: so that ending is noted in advance.
 */
async function endOf(subscriber: Subscriber, response: Response): Promise<void> {
  noteEnding(response, 'client_closed' satisfies SubscriberEnding);
  noteEnding(response, await subscriber.ended);
}

function stopping(): PublicError {
  return new PublicError(503, 'overloaded', 'This server is stopping. Connect again in a moment.', {
    headers: { 'Retry-After': '1', Connection: 'close' },
  });
}
