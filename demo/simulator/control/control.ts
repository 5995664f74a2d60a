import type { Environment } from '../../../server/contract.ts';
import { badRequest } from '../api/api-error.ts';
import type { AccessTokens } from '../oauth/access-tokens.ts';
import type { Account } from '../trading/account.ts';
import { type Fault, Faults } from './faults.ts';
import { RequestLog, type SeenRequest } from './request-log.ts';

/** The values of the `Cross-Origin-Opener-Policy` header. */
export const COOP_VALUES = [
  'unsafe-none',
  'same-origin-allow-popups',
  'same-origin',
  'noopener-allow-popups',
] as const;
export type Coop = (typeof COOP_VALUES)[number];

/** What a token is issued for without asking anybody. */
export interface Shortcut {
  /** Account numbers: one paper account, one live account, or one of each. */
  accountNumbers: readonly string[];
  /** Space-delimited. */
  scope: string;
}

interface ControlParts {
  tokens: AccessTokens;
  accounts: readonly Account[];
  coop: Coop;
  resetRateLimit: () => void;
}

/** The strings behind the simulator, for tests. */
export class Control {
  /** The COOP header of the simulator's pages. Alpaca's own is not known: expect any. */
  coop: Coop;
  /** Milliseconds before anything is answered. */
  delay = 0;
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.coop = parts.coop;
  }

  /** The requests seen since the start or the last reset, oldest first. */
  get requests(): SeenRequest[] {
    return this.log.requests;
  }

  /** How many requests the token endpoint has had since the start or the last reset. */
  get tokenCalls(): number {
    return this.log.tokenCalls;
  }

  /** Makes the next requests that fit go wrong. @throws ZodError for a fault that cannot be */
  addFault(fault: Fault): void {
    this.faults.add(fault);
  }

  /** Makes the token endpoint answer a page, answer JSON without a token, or not answer. For all calls without `times`. */
  breakToken(how: 'html' | 'no_token' | 'timeout', times?: number): void {
    const target = { path: '/oauth/token', times };
    const page = { contentType: 'text/html', body: '<!doctype html><title>Bad gateway</title>' };
    const empty = { contentType: 'application/json', body: '{"token_type":"bearer","scope":""}' };
    if (how === 'timeout') this.addFault({ ...target, kind: 'hang' });
    else this.addFault({ ...target, kind: 'answer', status: 200, ...(how === 'html' ? page : empty) });
  }

  /** Revokes the tokens of an account, or all tokens. Returns how many. @throws ApiError for an unknown number */
  revoke(accountNumber?: string): number {
    return this.#parts.tokens.revoke(
      accountNumber === undefined ? undefined : this.#accountNumbered(accountNumber).id,
    );
  }

  /** Issues a token as if somebody had consented. In-process only. @throws ApiError for an unknown number */
  issueToken({ accountNumbers, scope }: Shortcut): string {
    const accounts: Partial<Record<Environment, string>> = {};
    for (const number of accountNumbers) {
      const { environment, id } = this.#accountNumbered(number);
      accounts[environment] = id;
    }
    return this.#parts.tokens.issue({ clientId: 'none', scope, accounts }).value;
  }

  /** Ends all misbehaviour and forgets the requests seen and counted. Accounts, orders and tokens stay. */
  reset(): void {
    this.coop = this.#parts.coop;
    this.delay = 0;
    this.faults.clear();
    this.log.clear();
    this.#parts.resetRateLimit();
  }

  #accountNumbered(number: string): Account {
    const account = this.#parts.accounts.find((known) => known.number === number);
    if (account !== undefined) return account;
    const numbers = this.#parts.accounts.map((known) => known.number).join(', ');
    throw badRequest(`the simulator has no account ${number}; it has ${numbers}`);
  }
}
