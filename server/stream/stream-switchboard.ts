import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { PublicError } from '../errors/public-error.ts';
import { report } from '../log/report.ts';
import { connectionRevoked, notConnected } from '../proxy/choose-connection.ts';
import { type Client, InFlightLimit, type InFlightLimits, type Leave } from '../proxy/in-flight-limit.ts';
import { scopeRefused } from '../proxy/judge-unauthorized.ts';
import type { OpenConnections } from '../proxy/open-connection.ts';
import { SessionWatch, WATCH_TIMES, type WatchTimes } from '../proxy/session-watch.ts';
import type { TokenCheck } from '../proxy/token-check.ts';
import type { StoredConnection } from '../session/stored-connection.ts';
import type { Listener } from './listener.ts';
import { HUB_TIMES, type HubTimes, StreamHub } from './stream-hub.ts';
import type { OpenUpstream, StreamRefusal } from './upstream.ts';

/** The part of a session that streams need. */
export interface StreamSession extends OpenConnections {
  /** The session id tells sessions apart. It is secret. */
  readonly loaded: { readonly id: string };
}

export interface SwitchboardOptions<Open extends StreamSession> {
  sessions: {
    /** Marks this very connection as no longer accepted by Alpaca. Update-only. */
    markRevoked(open: Open, connectionId: string): Promise<void>;
  };
  /** Shared with the proxy, so that a connection is asked about once. */
  tokenCheck: Pick<TokenCheck, 'verdict'>;
  openUpstream: OpenUpstream;
  log: Logger;
  limits?: InFlightLimits;
  times?: Partial<HubTimes & WatchTimes>;
}

/**
 * So many refusals in a row, of a token that Alpaca accepts elsewhere, are about the stream and stay: the pages are told
 * why, so that they do not come back for ever. Fewer may be a fault that passes.
 */
const REFUSALS_THAT_STAY = 3;

/** One page that wants to listen, and has been let in. */
export interface Call<Open extends StreamSession> {
  listener: Listener;
  lastEventId: string | undefined;
  open: Open;
  connection: StoredConnection;
  /** Opens the session again, as for a new request. @throws PublicError */
  judge: () => Promise<{ connection: StoredConnection }>;
}

/**
 * More tabs than somebody has, and what one process holds with ease. Nobody waits for somebody else to leave, and neither
 * one person nor one address can take all of it.
 */
const LISTENER_LIMITS: InFlightLimits = {
  connection: 100,
  person: 100,
  address: 1_000,
  total: 5_000,
  waiting: 0,
  present: 1_000,
};

interface Line<Open extends StreamSession> {
  hub: StreamHub;
  /** One for each session that listens, by its id, with the session as it was read first. */
  watches: Map<string, { watch: SessionWatch; open: Open }>;
}

/** Brings listeners and upstreams together: one hub for a connection, one watch for each session that listens to it. */
export class StreamSwitchboard<Open extends StreamSession> {
  readonly #options: SwitchboardOptions<Open>;
  readonly #times: HubTimes & WatchTimes;
  readonly #limit: InFlightLimit;
  /** By the id of the connection. */
  readonly #lines = new Map<string, Line<Open>>();

  constructor(options: SwitchboardOptions<Open>) {
    this.#options = options;
    this.#times = { ...HUB_TIMES, ...WATCH_TIMES, ...options.times };
    this.#limit = new InFlightLimit(options.limits ?? LISTENER_LIMITS);
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

  connect({ listener, lastEventId, open, connection, judge }: Call<Open>): void {
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

  #openLine(connection: StoredConnection): Line<Open> {
    const { openUpstream, log } = this.#options;
    const line: Line<Open> = {
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
    { watches }: Line<Open>,
    connection: StoredConnection,
    open: Open,
    judge: Call<Open>['judge'],
  ): { watch: SessionWatch; open: Open } {
    const watch = new SessionWatch({
      judge: async () => {
        const found = await judge();
        // Another one has taken its place.
        if (found.connection.id !== connection.id) throw notConnected(connection.environment);
      },
      onOver: () => watches.delete(open.loaded.id),
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
    line: Line<Open>,
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
  async #revoke(line: Line<Open>, connectionId: string): Promise<void> {
    const { sessions, log } = this.#options;
    const marks = [...line.watches.values()].map(({ open }) => sessions.markRevoked(open, connectionId));
    for (const mark of await Promise.allSettled(marks)) {
      if (mark.status === 'rejected')
        report(log, 'warn', { event: 'revocation_not_marked', error: mark.reason });
    }
    this.end(connectionId, connectionRevoked());
  }
}
