import type { Logger } from 'pino';
import type { PublicError } from '../http/errors.ts';
import { report } from '../http/log.ts';
import { scopeRefused } from '../proxy/alpaca-refusal.ts';
import type { Renewals } from '../proxy/refused-token.ts';
import type { TokenCheck, TokenVerdict } from '../proxy/token-check.ts';
import { connectionRevoked } from '../session/choose-connection.ts';
import type { ConnectionSessions, OpenSession } from '../session/connection-session.ts';
import { SessionWatch, WATCH_TIMES, type WatchTimes } from '../session/session-watch.ts';
import type { StoredConnection } from '../stored-connection.ts';
import type { OpenUpstream, StreamRefusal } from './alpaca-socket.ts';
import type { Subscriber } from './event-stream.ts';
import { ConnectionStream, STREAM_TIMES, type StreamTimes } from './stream.ts';

export interface StreamHubOptions {
  sessions: Pick<ConnectionSessions, 'markRevoked'>;
  /** Shared with the proxy, so that a connection is asked about once. */
  tokenCheck: Pick<TokenCheck, 'verdict'>;
  /** Default: no token is ever renewed. */
  renewals?: Renewals;
  openUpstream: OpenUpstream;
  log: Logger;
  times?: Partial<StreamTimes & WatchTimes>;
}

/** A page that was let in, and what it was let in with. */
interface Subscription {
  subscriber: Subscriber;
  lastEventId: string | undefined;
  open: OpenSession;
  connection: StoredConnection;
  /** Opens the session again, as for a new request that names this connection. @throws PublicError */
  reopen: () => Promise<{ open: OpenSession; connection: StoredConnection }>;
}

/** A stream, with one watch for each session that subscribes to it. */
interface WatchedStream {
  stream: ConnectionStream;
  /** By the session's id. */
  watches: Map<string, WatchedSession>;
}

interface WatchedSession {
  watch: SessionWatch;
  /** As it was read first. */
  open: OpenSession;
  reopen: Subscription['reopen'];
}

/**
 * So many refusals in a row, of a token that Alpaca accepts elsewhere, are about the stream and stay: the pages are told
 * why, so that they do not come back for ever. Fewer may be a fault that passes.
 */
const LASTING_REFUSALS = 3;

/** All streams: one for each connection, however many sessions and pages subscribe to it. */
export class StreamHub {
  readonly #options: StreamHubOptions;
  readonly #times: StreamTimes & WatchTimes;
  /** By the id of the connection. */
  readonly #streams = new Map<string, WatchedStream>();

  constructor(options: StreamHubOptions) {
    this.#options = options;
    this.#times = { ...STREAM_TIMES, ...WATCH_TIMES, ...options.times };
  }

  /** Opens the stream of the connection, unless it is open, and adds the subscriber to it. */
  subscribe(subscription: Subscription): void {
    const { subscriber, lastEventId, open, connection } = subscription;
    const watched = this.#streams.get(connection.id) ?? this.#openStream(connection);
    watched.stream.add(subscriber, lastEventId);
    const { watch } = watched.watches.get(open.loaded.id) ?? this.#watchSession(watched, subscription);
    watch.add(subscriber);
  }

  /** Ends the stream of one connection. With `why`, its pages are told it, and do not come back. */
  end(connectionId: string, why?: PublicError): void {
    const watched = this.#streams.get(connectionId);
    this.#streams.delete(connectionId);
    watched?.stream.end(why);
  }

  /** Ends all streams, so that their pages come back. */
  close(): void {
    for (const connectionId of [...this.#streams.keys()]) this.end(connectionId);
  }

  #openStream(connection: StoredConnection): WatchedStream {
    const { openUpstream, log } = this.#options;
    const watched: WatchedStream = {
      stream: new ConnectionStream({
        connection,
        latest: () => this.#latest(watched, connection),
        openUpstream,
        log,
        times: this.#times,
        onRefused: (refusal, inARow) => this.#onRefused(watched, connection, refusal, inARow),
        onIdle: () => this.#streams.delete(connection.id),
      }),
      watches: new Map(),
    };
    this.#streams.set(connection.id, watched);
    return watched;
  }

  #watchSession({ watches }: WatchedStream, { open, reopen }: Subscription): WatchedSession {
    const watch = new SessionWatch({
      assertMayListen: async () => {
        await reopen();
      },
      onEnded: () => watches.delete(open.loaded.id),
      log: this.#options.log,
      times: this.#times,
    });
    void watch.run();
    const watched = { watch, open, reopen };
    watches.set(open.loaded.id, watched);
    return watched;
  }

  /**
   * Ends the stream of a connection that Alpaca no longer accepts, or does not accept for streams. Otherwise leaves it to
   * be opened again: an "unauthorized" alone does not say that the token is no longer good.
   */
  async #onRefused(
    watched: WatchedStream,
    connection: StoredConnection,
    { namesScope, words }: StreamRefusal,
    inARow: number,
  ): Promise<void> {
    const verdict = namesScope ? 'out_of_scope' : await this.#verdictOn(watched, connection);
    if (verdict === 'revoked') {
      if (connection.renewal === undefined) return this.#revoke(watched, connection.id);
      return this.#renew(watched, connection.id);
    }
    // Meanwhile this stream may have ended, and a new one begun.
    if (this.#streams.get(connection.id) !== watched) return;
    const lasts = verdict === 'out_of_scope' || (verdict === 'accepted' && inARow >= LASTING_REFUSALS);
    if (lasts) this.end(connection.id, scopeRefused(connection.environment, words));
  }

  async #verdictOn(watched: WatchedStream, connection: StoredConnection): Promise<TokenVerdict> {
    return this.#options.tokenCheck.verdict(
      connection.renewal === undefined ? connection : await this.#latest(watched, connection),
    );
  }

  /** The connection as a session has it now, with a token that is good for a while. If none lets it be used, its watch ends the stream. */
  async #latest({ watches }: WatchedStream, connection: StoredConnection): Promise<StoredConnection> {
    for (const { reopen } of watches.values()) {
      try {
        const { open, connection: latest } = await reopen();
        return (await this.#options.renewals?.fresh(open, latest)) ?? latest;
      } catch {
        // Another session may still let it be used.
      }
    }
    return connection;
  }

  /** After the account look-up said that the token is not known: with a new one, the upstream is opened again later. */
  async #renew(watched: WatchedStream, connectionId: string): Promise<void> {
    for (const { reopen } of watched.watches.values()) {
      const renewed = await reopen()
        .then(({ open, connection }) => this.#options.renewals?.renew(open, connection))
        .catch(() => undefined);
      if (renewed === 'revoked') this.end(connectionId, connectionRevoked());
      if (renewed !== undefined) return;
    }
  }

  /** The mark comes first: a page that came back before it would be let in once more. */
  async #revoke({ watches }: WatchedStream, connectionId: string): Promise<void> {
    const { sessions, log } = this.#options;
    const marks = [...watches.values()].map(({ open }) => sessions.markRevoked(open, connectionId));
    for (const mark of await Promise.allSettled(marks)) {
      if (mark.status === 'rejected')
        report(log, 'warn', { event: 'revocation_not_marked', error: mark.reason });
    }
    this.end(connectionId, connectionRevoked());
  }
}
