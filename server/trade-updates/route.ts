import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Environment } from '../contract.ts';
import { type AddressOf, addressReader } from '../http/client-address.ts';
import { isGone } from '../http/client-socket.ts';
import { methodNotAllowed, PublicError } from '../http/errors.ts';
import { noteEnding, report, requestIdOf } from '../http/log.ts';
import { scopeRefused } from '../proxy/alpaca-refusal.ts';
import { clientOf } from '../proxy/limits.ts';
import { assertEnvironmentOffered } from '../proxy/match-operation.ts';
import { type Client, type Leave, type PlaceLimits, Places } from '../proxy/places.ts';
import { parseBodyFraming } from '../proxy/read-body.ts';
import type { TokenCheck } from '../proxy/token-check.ts';
import { connectionRevoked, notConnected } from '../session/choose-connection.ts';
import type { ConnectionSessions, OpenSession } from '../session/connection-session.ts';
import { SessionWatch, WATCH_TIMES, type WatchTimes } from '../session/session-watch.ts';
import type { StoredConnection } from '../stored-connection.ts';
import type { OpenUpstream, StreamRefusal } from './alpaca-socket.ts';
import { Listener } from './event-stream.ts';
import { HUB_TIMES, type HubTimes, StreamHub } from './hub.ts';

export interface TradeUpdatesOptions extends SwitchboardOptions {
  sessions: Pick<ConnectionSessions, 'connectionFor' | 'markRevoked'>;
  /** The environments that this server offers. */
  environments: readonly Environment[];
  /** Default: the address of the socket. */
  addressOf?: AddressOf;
}

/** The streams of trade updates. */
export interface TradeUpdates {
  /** `GET /paper/stream` or `GET /live/stream`, behind `admitScripts()`. */
  listen(environment: Environment): RequestHandler;
  /** Ends the streams of a connection that is no more. `why` is the last thing that the pages are told; without it, they come back. */
  end(connectionId: string, why?: PublicError): void;
  /** Pages that listen now. */
  listening(): number;
  /** Ends all streams, so that the pages come back to another server, and refuses new ones. */
  close(): void;
}

/**
 * To listen does not count as use of the session: a page that was left open must not keep its person signed in. That is why
 * this is not behind the session's middleware. Any scope will do, as reading orders needs none.
 */
export function createTradeUpdates(options: TradeUpdatesOptions): TradeUpdates {
  const { sessions, environments, log, addressOf = addressReader() } = options;
  const switchboard = new StreamSwitchboard(options);
  let closed = false;

  const listen = (environment: Environment) => async (request: Request, response: Response) => {
    // Express would answer HEAD here, too, and never end.
    if (request.method !== 'GET') throw methodNotAllowed('GET');
    assertEnvironmentOffered(environment, environments);
    parseBodyFraming(request);

    const judge = () => sessions.connectionFor(request, environment, 'none');
    const { open, connection } = await judge();
    const leave = await switchboard.enter(clientOf(connection, addressOf(request)), response);
    try {
      if (closed) throw stopping();
      if (isGone(response)) return;
      beginEvents(response);
      report(log, 'info', { event: 'stream_opened', environment, requestId: requestIdOf(response) });
      const listener = new Listener(response);
      switchboard.connect({ listener, lastEventId: lastEventIdOf(request), open, connection, judge });
      // The line of the log is written as soon as the client is gone, before anybody else learns of it.
      noteEnding(response, 'client_closed');
      noteEnding(response, await listener.ended);
    } finally {
      leave();
    }
  };

  return {
    listen,
    end: (connectionId, why) => switchboard.end(connectionId, why),
    listening: () => switchboard.listening,
    close() {
      closed = true;
      switchboard.close();
    },
  };
}

function beginEvents(response: Response): void {
  response.set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Whatever stands in between must neither keep events back nor compress them together.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
    // Nothing follows on this connection, so that a server that stops need not wait for it.
    Connection: 'close',
  });
  response.flushHeaders();
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

export interface SwitchboardOptions {
  sessions: Pick<ConnectionSessions, 'markRevoked'>;
  /** Shared with the proxy, so that a connection is asked about once. */
  tokenCheck: Pick<TokenCheck, 'verdict'>;
  openUpstream: OpenUpstream;
  log: Logger;
  limits?: PlaceLimits;
  times?: Partial<HubTimes & WatchTimes>;
}

/**
 * So many refusals in a row, of a token that Alpaca accepts elsewhere, are about the stream and stay: the pages are told
 * why, so that they do not come back for ever. Fewer may be a fault that passes.
 */
const REFUSALS_THAT_STAY = 3;

/** One page that wants to listen, and has been let in. */
export interface Call {
  listener: Listener;
  lastEventId: string | undefined;
  open: OpenSession;
  connection: StoredConnection;
  /** Opens the session again, as for a new request. @throws PublicError */
  judge: () => Promise<{ connection: StoredConnection }>;
}

/**
 * More tabs than somebody has, and what one process holds with ease. Nobody waits for somebody else to leave, and neither
 * one person nor one address can take all of it.
 */
const LISTENER_LIMITS: PlaceLimits = {
  connection: 100,
  person: 100,
  address: 1_000,
  total: 5_000,
  waiting: 0,
  present: 1_000,
};

interface Line {
  hub: StreamHub;
  /** One for each session that listens, by its id, with the session as it was read first. */
  watches: Map<string, { watch: SessionWatch; open: OpenSession }>;
}

/** Brings listeners and upstreams together: one hub for a connection, one watch for each session that listens to it. */
export class StreamSwitchboard {
  readonly #options: SwitchboardOptions;
  readonly #times: HubTimes & WatchTimes;
  readonly #limit: Places;
  /** By the id of the connection. */
  readonly #lines = new Map<string, Line>();

  constructor(options: SwitchboardOptions) {
    this.#options = options;
    this.#times = { ...HUB_TIMES, ...WATCH_TIMES, ...options.times };
    this.#limit = new Places(options.limits ?? LISTENER_LIMITS);
  }

  /** Pages that have a place. */
  get listening(): number {
    return this.#limit.underWay;
  }

  /**
   * Takes a place for one listener.
   * @throws PublicError 503 `overloaded`
   */
  enter(client: Client, response: ServerResponse): Promise<Leave> {
    return this.#limit.enter(client, response);
  }

  connect({ listener, lastEventId, open, connection, judge }: Call): void {
    const line = this.#lines.get(connection.id) ?? this.#openLine(connection);
    line.hub.join(listener, lastEventId);
    const { watch } = line.watches.get(open.loaded.id) ?? this.#watch(line, connection, open, judge);
    watch.add(listener);
  }

  /** Ends the streams of one connection. `why` is the last thing that its listeners are told. */
  end(connectionId: string, why?: PublicError): void {
    const line = this.#lines.get(connectionId);
    this.#lines.delete(connectionId);
    line?.hub.end(why);
  }

  /** Ends all streams, without a last word: the pages are to come back. */
  close(): void {
    for (const connectionId of [...this.#lines.keys()]) this.end(connectionId);
  }

  #openLine(connection: StoredConnection): Line {
    const { openUpstream, log } = this.#options;
    const line: Line = {
      hub: new StreamHub({
        connection,
        openUpstream,
        log,
        times: this.#times,
        onRefused: (refusal, inARow) => this.#judgeRefusal(line, connection, refusal, inARow),
        onIdle: () => this.#lines.delete(connection.id),
      }),
      watches: new Map(),
    };
    this.#lines.set(connection.id, line);
    return line;
  }

  #watch(
    { watches }: Line,
    connection: StoredConnection,
    open: OpenSession,
    judge: Call['judge'],
  ): { watch: SessionWatch; open: OpenSession } {
    const watch = new SessionWatch({
      assertMayListen: async () => {
        const found = await judge();
        // Another one has taken its place.
        if (found.connection.id !== connection.id) throw notConnected(connection.environment);
      },
      onEnded: () => watches.delete(open.loaded.id),
      log: this.#options.log,
      times: this.#times,
    });
    void watch.run();
    const watched = { watch, open };
    watches.set(open.loaded.id, watched);
    return watched;
  }

  /**
   * Ends the streams of a connection that Alpaca no longer accepts, or does not accept for streams. Otherwise leaves them
   * to be tried again: an "unauthorized" alone does not say that the token is no longer good.
   */
  async #judgeRefusal(
    line: Line,
    connection: StoredConnection,
    { namesScope, words }: StreamRefusal,
    inARow: number,
  ): Promise<void> {
    const verdict = namesScope ? 'out_of_scope' : await this.#options.tokenCheck.verdict(connection);
    if (verdict === 'revoked') return this.#revoke(line, connection.id);
    // Meanwhile this one may have ended, and a new one begun.
    if (this.#lines.get(connection.id) !== line) return;
    const stays = verdict === 'out_of_scope' || (verdict === 'accepted' && inARow >= REFUSALS_THAT_STAY);
    if (stays) this.end(connection.id, scopeRefused(connection.environment, words));
  }

  /** The mark comes first: a page that came back before it would be let in once more. */
  async #revoke(line: Line, connectionId: string): Promise<void> {
    const { sessions, log } = this.#options;
    const marks = [...line.watches.values()].map(({ open }) => sessions.markRevoked(open, connectionId));
    for (const mark of await Promise.allSettled(marks)) {
      if (mark.status === 'rejected')
        report(log, 'warn', { event: 'revocation_not_marked', error: mark.reason });
    }
    this.end(connectionId, connectionRevoked());
  }
}
