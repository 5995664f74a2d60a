import { randomUUID } from 'node:crypto';
import type { Environment } from '../../../server/contract.ts';

/** Alpaca's scopes: there are no others. Without any, a token may only read the account. */
export const SCOPES = ['account:write', 'trading', 'data'] as const;
export type Scope = (typeof SCOPES)[number];

/** The one scope that the Broker API is known to issue. It covers what Alpaca's own three do. */
export const GENERAL = 'general';

/** The accounts that one consent covers, by id: one paper account, one live account, or one of each. */
export type CoveredAccounts = Partial<Record<Environment, string>>;

/** An access token, as the state file keeps it. It does not expire. */
export interface AccessToken {
  value: string;
  clientId: string;
  /** Space-delimited. */
  scope: string;
  accounts: CoveredAccounts;
}

/** Issues, finds and revokes tokens. The only writer of the list it is given. */
export class AccessTokens {
  readonly #tokens: AccessToken[];
  readonly #save: () => void;

  constructor(tokens: AccessToken[], save: () => void) {
    this.#tokens = tokens;
    this.#save = save;
  }

  issue(grant: Omit<AccessToken, 'value'>): AccessToken {
    const token = { value: randomUUID(), ...grant };
    this.#tokens.push(token);
    this.#save();
    return token;
  }

  find(value: string): AccessToken | undefined {
    return this.#tokens.find((token) => token.value === value);
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
