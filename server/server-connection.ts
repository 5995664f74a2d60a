import type { Connection } from './contract.ts';
import type { Provider } from './providers.ts';
import { publicConnection, type StoredConnection } from './stored-connection.ts';

/**
 * A connection with its token, for code on the server. The token must never reach a browser: it is no property that
 * `JSON.stringify()`, a spread or a log would take along.
 */
export class ServerConnection {
  /** What pages may know of it, too. */
  readonly connection: Connection;
  /** Base URL of the environment that the token is for, as the SDK's `basePath`. Send the token nowhere else. */
  readonly tradingUrl: string;
  /** Base URL of the Market Data API, which takes the same token when its scope holds `data`. */
  readonly dataUrl: string;
  /** Until when the app may use it while the person is away. Undefined for what `connectionOf()` gives. */
  readonly until: Date | undefined;
  readonly #accessToken: string;
  readonly #markRevoked: () => Promise<boolean>;

  constructor({ connection, accessToken, tradingUrl, dataUrl, until, markRevoked }: ServerConnectionParts) {
    this.connection = connection;
    this.tradingUrl = tradingUrl;
    this.dataUrl = dataUrl;
    this.until = until;
    this.#accessToken = accessToken;
    this.#markRevoked = markRevoked;
  }

  /** Alpaca's bearer token. It never leaves the server. */
  get accessToken(): string {
    return this.#accessToken;
  }

  /**
   * Call it when Alpaca answered 401. Alpaca says that also of what a token may not do, so the server asks it once whether
   * it still accepts the token. If not, the server forgets the token, and the button offers Reconnect. A token of a broker partner's
   * that can be renewed is renewed: ask `connectionOf()` again for the connection with the new one.
   * @returns whether the connection has ended; if not, it still is what it was.
   * @throws PublicError 503 `session_store_unavailable`
   */
  async markRevoked(): Promise<boolean> {
    return this.#markRevoked();
  }
}

interface ServerConnectionParts {
  connection: Connection;
  accessToken: string;
  tradingUrl: string;
  dataUrl: string;
  until?: Date | undefined;
  markRevoked: () => Promise<boolean>;
}

/** The one place where a stored connection becomes one for the app's own code, with its token. */
export function serverConnection(
  stored: StoredConnection,
  { urls }: Provider,
  more: Pick<ServerConnectionParts, 'until' | 'markRevoked'>,
): ServerConnection {
  return new ServerConnection({
    connection: publicConnection(stored),
    accessToken: stored.accessToken,
    tradingUrl: baseOf(urls[stored.environment]),
    dataUrl: baseOf(urls.data),
    ...more,
  });
}

function baseOf(url: URL | undefined): string {
  return url?.href.replace(/\/$/, '') ?? '';
}
