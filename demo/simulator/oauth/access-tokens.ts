import { randomUUID } from 'node:crypto';
import type { Environment } from '../../../server/contract.ts';

/** Alpaca's scopes: there are no others. Without any, a token may only read the account. */
export const SCOPES = ['account:write', 'trading', 'data'] as const;
export type Scope = (typeof SCOPES)[number];

/** The one scope that the Broker API is known to issue. It covers what Alpaca's own three do. */
export const GENERAL = 'general';

/** The accounts that one consent covers, by id: one paper account, one live account, or one of each. */
export type CoveredAccounts = Partial<Record<Environment, string>>;

/** An access token, as the state file keeps it. */
export interface AccessToken {
  value: string;
  clientId: string;
  /** Space-delimited. */
  scope: string;
  accounts: CoveredAccounts;
  /** Milliseconds since the epoch. Absent: it does not expire. */
  expiresAt?: number;
  /** What brings the next one, until it did. */
  refreshToken?: string;
}

/** Issues, refreshes, finds and revokes tokens. The only writer of the list it is given. */
export class AccessTokens {
  readonly #tokens: AccessToken[];
  readonly #save: () => void;

  constructor(tokens: AccessToken[], save: () => void) {
    this.#tokens = tokens;
    this.#save = save;
  }

  /** @param lifetime In milliseconds. With it, the token comes with a refresh token. */
  issue(
    { clientId, scope, accounts }: Pick<AccessToken, 'clientId' | 'scope' | 'accounts'>,
    lifetime?: number,
  ): AccessToken {
    const token: AccessToken = { value: randomUUID(), clientId, scope, accounts };
    if (lifetime !== undefined) {
      token.expiresAt = Date.now() + lifetime;
      token.refreshToken = randomUUID();
    }
    this.#tokens.push(token);
    this.#save();
    return token;
  }

  /** Takes a refresh token, once, for the next access token. The one before lives on until it expires. */
  refresh(refreshToken: string, clientId: string, lifetime: number | undefined): AccessToken | undefined {
    const before = this.#tokens.find(
      (token) => token.refreshToken === refreshToken && token.clientId === clientId,
    );
    if (before === undefined) return undefined;
    delete before.refreshToken;
    return this.issue(before, lifetime);
  }

  find(value: string): AccessToken | undefined {
    return this.#tokens.find(
      (token) => token.value === value && (token.expiresAt === undefined || Date.now() < token.expiresAt),
    );
  }

  /** Ends the access tokens that can be refreshed; their refresh tokens stay good. */
  expire(): void {
    for (const token of this.#tokens) if (token.expiresAt !== undefined) token.expiresAt = Date.now();
    this.#save();
  }

  /** Revokes one token. @returns whether there was such a one */
  end(value: string): boolean {
    const index = this.#tokens.findIndex((token) => token.value === value);
    if (index === -1) return false;
    this.#tokens.splice(index, 1);
    this.#save();
    return true;
  }

  /** Revokes the tokens that cover an account, or without one every token. Returns how many it were. */
  revoke(accountId?: string): number {
    const kept = this.#tokens.filter(
      ({ accounts }) => accountId !== undefined && !Object.values(accounts).includes(accountId),
    );
    const revoked = this.#tokens.length - kept.length;
    this.#tokens.splice(0, this.#tokens.length, ...kept);
    if (revoked > 0) this.#save();
    return revoked;
  }
}
