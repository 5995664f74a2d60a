import type { Connection } from './contract.ts';

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
  readonly #accessToken: string;
  readonly #markRevoked: () => Promise<boolean>;

  constructor({ connection, accessToken, tradingUrl, dataUrl, markRevoked }: ServerConnectionParts) {
    this.connection = connection;
    this.tradingUrl = tradingUrl;
    this.dataUrl = dataUrl;
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
  markRevoked: () => Promise<boolean>;
}
