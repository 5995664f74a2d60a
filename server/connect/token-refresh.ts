import type { Logger } from 'pino';
import { report } from '../http/log.ts';
import type { Provider } from '../providers.ts';
import { connectionRevoked, notConnected } from '../session/choose-connection.ts';
import type { ConnectionSessions, OpenSession } from '../session/connection-session.ts';
import type { RecordStore } from '../session/records.ts';
import { steadyNow } from '../session/steady-clock.ts';
import type { Renewal, StoredConnection } from '../stored-connection.ts';
import { refreshToken, revokeToken } from './alpaca-oauth.ts';
import { Refreshes, type RefreshTimes } from './refresh-once.ts';

interface TokenRefreshOptions {
  records: RecordStore;
  sessions: Pick<ConnectionSessions, 'latest' | 'renew' | 'markRevoked'>;
  /** Through whom a connection was made. */
  providerOf: (connection: StoredConnection) => Provider | undefined;
  /** The idle timeout of sessions, in milliseconds. */
  idle: number;
  log: Logger;
  times?: TokenRefreshTimes;
  now?: () => number;
}

/** In milliseconds. What is left out is what suits a token endpoint on the internet. */
export type TokenRefreshTimes = Partial<RefreshTimes & PatienceTimes>;

interface PatienceTimes {
  /** How long a request waits for a refresh while the old token is still good. */
  whileGood: number;
  /** The same once the old token has expired. */
  onceExpired: number;
  /** A token that was renewed less than this ago is not renewed because it was refused: the next one would be, too. */
  young: number;
}

const PATIENCE: PatienceTimes = { whileGood: 3_000, onceExpired: 15_000, young: 60_000 };

/** How many requests wait at a time. Those beyond take the token as it is. */
const MOST_WAITING = 4_000;

/** A session may be used for a moment longer than its idle timeout after the refresh began. Milliseconds. */
const MARGIN = 3_600_000;

/** What came of a refresh for one connection. `kept`: it could not be refreshed now, and is what it was. */
type Refreshed = { connection: StoredConnection } | 'kept' | 'revoked' | 'gone';

/**
 * Renews the access tokens of connections whose provider gave a refresh token with them (RFC 6749 section 6): before a request that
 * is due, or after a host refused the token. All that want it at the same time share one refresh, in this process and, by the store,
 * on every server. Connections without a refresh token never come here.
 */
export class TokenRefresh {
  readonly #options: TokenRefreshOptions;
  readonly #refreshes: Refreshes;
  readonly #patience: PatienceTimes;
  readonly #now: () => number;
  /** By session and refresh token: under way, or failed so lately that it is not tried again yet. */
  readonly #flights = new Map<string, Promise<Refreshed>>();
  #waiting = 0;

  constructor(options: TokenRefreshOptions) {
    const { records, idle, times, now = steadyNow } = options;
    this.#options = options;
    this.#refreshes = new Refreshes({ records, keptFor: idle + MARGIN, now, ...(times && { times }) });
    this.#patience = { ...PATIENCE, ...times };
    this.#now = now;
  }

  /**
   * The connection with a token that is good for a while: itself, unless 80 % of its token's life are over. When it cannot be
   * refreshed now, it is used as it is.
   * @throws PublicError 401 `connection_revoked` when the provider no longer knows it, 401 `not_connected` when it was ended meanwhile
   */
  async fresh(open: OpenSession, connection: StoredConnection): Promise<StoredConnection> {
    const { due, expires = 0 } = connection.renewal ?? {};
    const now = this.#now();
    if (due === undefined || now < due || this.#waiting >= MOST_WAITING) return connection;
    const { whileGood, onceExpired } = this.#patience;
    const refreshed = await this.#await(open, connection, now < expires ? whileGood : onceExpired);
    if (refreshed === 'revoked') throw connectionRevoked();
    if (refreshed === 'gone') throw notConnected(connection.environment);
    return refreshed === 'kept' ? connection : refreshed.connection;
  }

  /**
   * After the provider's own host said that it no longer knows the token: the connection with another one, or what it is. One that
   * the provider has ended is marked as revoked.
   */
  async renew(
    open: OpenSession,
    connection: StoredConnection,
  ): Promise<StoredConnection | 'kept' | 'revoked'> {
    const { renewal } = connection;
    if (renewal === undefined || this.#isYoung(renewal)) return 'kept';
    const refreshed = await this.#await(open, connection, this.#patience.onceExpired);
    if (refreshed === 'gone') return 'revoked';
    return typeof refreshed === 'string' ? refreshed : refreshed.connection;
  }

  /** The connection was ended: what is on its way for it is not used, and all of its tokens are given back to who takes them. */
  async end(connection: StoredConnection, provider: Provider | undefined): Promise<void> {
    const later = connection.renewal && (await this.#refreshes.end(connection.renewal));
    if (provider === undefined) return;
    await revokeToken(provider, connection);
    if (later) await revokeToken(provider, later);
  }

  /** Resolves when no refresh is under way: a new token must not be lost because the server stops. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#flights.values());
  }

  #isYoung({ generation, since, due }: Renewal): boolean {
    const now = this.#now();
    return generation > 0 && now - since < this.#patience.young && (due === undefined || now < due);
  }

  /** Waits for the refresh, which goes on when the wait is over. Never rejects. */
  async #await(open: OpenSession, connection: StoredConnection, patience: number): Promise<Refreshed> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'kept'>((resolve) => {
      timer = setTimeout(() => resolve('kept'), patience);
    });
    this.#waiting += 1;
    try {
      return await Promise.race([this.#flight(open, connection), late]);
    } finally {
      this.#waiting -= 1;
      clearTimeout(timer);
    }
  }

  #flight(open: OpenSession, connection: StoredConnection): Promise<Refreshed> {
    const { family, generation } = connection.renewal as Renewal;
    const key = `${open.loaded.id} ${connection.id} ${family} ${generation}`;
    const known = this.#flights.get(key);
    if (known !== undefined) return known;
    const forget = () => void this.#flights.delete(key);
    const flight = this.#refresh(open, connection, forget).catch((error: unknown) => {
      forget();
      report(this.#options.log, 'warn', { event: 'token_not_refreshed', connection: connection.id, error });
      return 'kept' as const;
    });
    this.#flights.set(key, flight);
    return flight;
  }

  async #refresh(open: OpenSession, stale: StoredConnection, forget: () => void): Promise<Refreshed> {
    const { sessions } = this.#options;
    const connection = await sessions.latest(open, stale.id);
    const { renewal } = connection ?? {};
    if (
      connection === undefined ||
      renewal === undefined ||
      renewal.generation !== stale.renewal?.generation
    ) {
      forget();
      if (connection === undefined) return 'gone';
      return connection.revokedAt === undefined ? { connection } : 'revoked';
    }
    const outcome = await this.#refreshes.once(renewal, this.#parts(connection, renewal));
    if ('retryAt' in outcome) {
      setTimeout(forget, Math.max(0, outcome.retryAt - this.#now())).unref();
      return 'kept';
    }
    forget();
    if ('gone' in outcome) return 'gone';
    if ('refused' in outcome) {
      await sessions.markRevoked(open, connection.id, renewal.generation);
      return 'revoked';
    }
    const renewed = await sessions.renew(open, connection.id, outcome.renewed);
    if (renewed !== undefined) return { connection: renewed };
    // The session may have got a new id, under which the connection takes what is in the store. Otherwise it was ended.
    if (await this.#refreshes.isGone(renewal)) this.#discard(connection, outcome.renewed);
    return 'gone';
  }

  #parts(connection: StoredConnection, renewal: Renewal) {
    const { providerOf, log } = this.#options;
    const { id } = connection;
    return {
      refresh: async () => {
        const provider = providerOf(connection);
        if (provider === undefined) throw new Error('The provider of this connection is no longer offered.');
        return refreshToken(provider, connection.scope, renewal, this.#now);
      },
      onFailure: (error: unknown, retryIn: number) =>
        report(log, 'warn', { event: 'token_not_refreshed', connection: id, retryIn, error }),
      onUnused: (renewed: Parameters<typeof revokeToken>[1]) => this.#discard(connection, renewed),
    };
  }

  /** Gives a token back that came too late. */
  #discard(connection: StoredConnection, renewed: Parameters<typeof revokeToken>[1]): void {
    const { providerOf, log } = this.#options;
    const provider = providerOf(connection);
    if (provider === undefined) return;
    revokeToken(provider, renewed).catch((error: unknown) =>
      report(log, 'warn', { event: 'token_not_revoked', provider: provider.id, error }),
    );
  }
}
