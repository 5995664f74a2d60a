import type { Logger } from 'pino';
import type { Api } from '../contract.ts';
import { report } from '../http/log.ts';
import type { ConnectionSessions, OpenSession } from '../session/connection-session.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { explainUnauthorized, tokenNotRenewed, tokenRenewed } from './alpaca-refusal.ts';
import type { TokenCheck } from './token-check.ts';

/** What the proxy and the streams need of whoever renews tokens. Nothing here is called for connections that have no `renewal`. */
export interface Renewals {
  /** The connection with a token that is good for a while. @throws PublicError 401 when the connection has ended */
  fresh(open: OpenSession, connection: StoredConnection): Promise<StoredConnection>;
  /** The connection with another token than the one that was refused, or what it is without one. */
  renew(open: OpenSession, connection: StoredConnection): Promise<StoredConnection | 'kept' | 'revoked'>;
}

interface RefusedTokensOptions {
  sessions: Pick<ConnectionSessions, 'markRevoked'>;
  tokenCheck: Pick<TokenCheck, 'verdict'>;
  renewals: Renewals | undefined;
  log: Logger;
}

/** A request that Alpaca, or a partner's host, answered with 401. */
interface RefusedRequest {
  api: Api;
  method: string;
  requestId: string;
  open: OpenSession;
  connection: StoredConnection;
  /** The beginning of the answer's body. */
  refusal: string;
  /** Whether it was sent with a renewed token already. */
  isRepeated: boolean;
}

/** What comes of a request after a 401. */
export class RefusedTokens {
  readonly #options: RefusedTokensOptions;

  constructor(options: RefusedTokensOptions) {
    this.#options = options;
  }

  /**
   * The connection to repeat the request with: a token that has expired is renewed, and GET and HEAD are sent once more. Nothing else
   * is, as with a broken socket: who sends an order decides whether it is sent again.
   * @throws PublicError the error for the page. A connection that has ended is marked first.
   */
  async repeatedWith(request: RefusedRequest): Promise<StoredConnection> {
    const { api, method, open, connection, refusal, isRepeated, requestId } = request;
    const error = await explainUnauthorized(api, connection, refusal, this.#options.tokenCheck);
    if (error.code !== 'connection_revoked') throw error;
    const { renewals } = this.#options;
    if (connection.renewal === undefined || renewals === undefined) {
      await this.#revoke(open, connection.id, requestId);
      throw error;
    }
    const renewed = isRepeated ? 'kept' : await renewals.renew(open, connection);
    if (renewed === 'kept') throw tokenNotRenewed();
    if (renewed === 'revoked') throw error;
    if (method !== 'GET' && method !== 'HEAD') throw tokenRenewed();
    return renewed;
  }

  /** A failure is only logged: Alpaca goes on refusing the token, and the next request marks the connection. */
  async #revoke(open: OpenSession, connectionId: string, requestId: string): Promise<void> {
    try {
      await this.#options.sessions.markRevoked(open, connectionId);
    } catch (error) {
      report(this.#options.log, 'warn', { event: 'revocation_not_marked', error, requestId });
    }
  }
}
