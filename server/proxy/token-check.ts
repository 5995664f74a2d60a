import { z } from 'zod';
import { boundedFetch } from '../http/bounded-fetch.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { type AlpacaRefusal, readRefusal } from './alpaca-refusal.ts';
import { bearer } from './upstream-request.ts';

/**
 * Whether Alpaca still accepts a token: it does, it refuses the account for the token's scope, it no longer knows the
 * token, or that cannot be found out now.
 */
export type TokenVerdict = 'accepted' | 'out_of_scope' | 'revoked' | 'unknown';

/** The part of a connection that is asked about. */
export type CheckedConnection = Pick<
  StoredConnection,
  'id' | 'provider' | 'environment' | 'accessToken' | 'renewal'
>;

interface TokenCheckOptions {
  /**
   * Where the account of a connection is read, at its own provider's Trading API. The Market Data API is never asked: its
   * refusals say nothing about the token.
   */
  accountUrlOf: (connection: CheckedConnection) => string | undefined;
  /** How long a verdict holds, in milliseconds, so that a page that repeats its request does not ask Alpaca each time. */
  holds?: number;
  /** Sends the question, with a deadline, and reads a bounded answer. */
  ask?: typeof boundedFetch;
}

const HOLDS = 5_000;

/** Alpaca's schema requires more than the id, but the id is enough to tell an account from a gateway's page. */
const Account = z.looseObject({ id: z.string().min(1) });

/**
 * Finds out for the proxy, the streams and the app's own code whether a token is still accepted. A 401 alone does not say
 * so: Alpaca answers with it what a token may not do, and so does a gateway that is set up wrongly. If the token were
 * forgotten then, the person could no longer trade, and connecting again would not help.
 *
 * So this asks for `GET /v2/account` on the trading host of the connection, which every token may read. Only Alpaca's own
 * error body with a code of 401 that names no scope means that the token is no longer accepted. All that ask about one
 * connection at the same time share one question.
 */
export class TokenCheck {
  readonly #accountUrlOf: TokenCheckOptions['accountUrlOf'];
  readonly #holds: number;
  readonly #ask: typeof boundedFetch;
  /** By connection, and how often its token was renewed: asked just now, or still being asked. */
  readonly #verdicts = new Map<string, Promise<TokenVerdict>>();

  constructor({ accountUrlOf, holds = HOLDS, ask = boundedFetch }: TokenCheckOptions) {
    this.#accountUrlOf = accountUrlOf;
    this.#holds = holds;
    this.#ask = ask;
  }

  /** Asks Alpaca, unless it is being asked or was asked a moment ago. Never rejects. */
  verdict(connection: CheckedConnection): Promise<TokenVerdict> {
    const key = `${connection.id} ${connection.renewal?.generation ?? 0}`;
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = this.#askAccount(connection);
    this.#verdicts.set(key, verdict);
    void verdict.then(() => {
      setTimeout(() => this.#verdicts.delete(key), this.#holds).unref();
    });
    return verdict;
  }

  async #askAccount(connection: CheckedConnection): Promise<TokenVerdict> {
    const { accessToken } = connection;
    const url = this.#accountUrlOf(connection);
    if (url === undefined) return 'unknown';
    try {
      const headers = { Authorization: bearer(accessToken), Accept: 'application/json' };
      const response = await this.#ask(url, { headers });
      const body = await response.text();
      if (response.status === 200) return isAccount(body) ? 'accepted' : 'unknown';
      if (response.status !== 401 && response.status !== 403) return 'unknown';
      return verdictOn(response.status, readRefusal(body, accessToken));
    } catch {
      // No answer, a late one or one that is too large. The error is dropped, as it may quote the token.
      return 'unknown';
    }
  }
}

function verdictOn(status: 401 | 403, { about }: AlpacaRefusal): TokenVerdict {
  if (about === 'scope') return 'out_of_scope';
  return status === 401 && about === 'token' ? 'revoked' : 'unknown';
}

function isAccount(body: string): boolean {
  try {
    return Account.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}
