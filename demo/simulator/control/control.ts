import type { Api, Environment } from '../../../server/contract.ts';
import { badRequest, notFound } from '../api/api-error.ts';
import type { AccessTokens } from '../oauth/access-tokens.ts';
import type { TradeStream } from '../stream/trade-stream.ts';
import type { TradeStreams } from '../stream/trade-streams.ts';
import { type Account, type Standing, standingOf } from '../trading/account.ts';
import type { FillSize } from '../trading/execute-fill.ts';
import type { Unfilled } from '../trading/order.ts';
import type { OrderDesk } from '../trading/order-desk.ts';
import { brokenToken, type Fault, Faults, type TokenBreak } from './faults.ts';
import { gatewayRefusal } from './gateway-refusal.ts';
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

/** Which open streams are meant: all of them, those of an environment, or those that an account is authenticated on. */
export interface StreamChoice {
  environment?: Environment | undefined;
  accountNumber?: string | undefined;
}

interface ControlParts {
  tokens: AccessTokens;
  accounts: readonly Account[];
  desk: OrderDesk;
  tradeStreams: TradeStreams;
  coop: Coop;
  resetRateLimit: () => void;
}

/** The strings behind the simulator, for tests. */
export class Control {
  /** The COOP header of the simulator's pages. Alpaca's own is not known: expect any. */
  coop: Coop;
  /** Milliseconds before anything is answered. */
  delay = 0;
  /** While true, no order is triggered or filled by the market. */
  fillsHeld = false;
  /** Whether Alpaca has approved the app for orders in live accounts. */
  liveApproved = true;
  /** Whether the app and its people have a licence for market data. */
  dataLicensed = true;
  readonly faults = new Faults();
  readonly log = new RequestLog();
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    this.#parts = parts;
    this.coop = parts.coop;
  }

  /** The requests seen since the start or the last reset, oldest first. A stream is a GET that was answered with 101. */
  get requests(): SeenRequest[] {
    return this.log.requests;
  }

  /** How many requests the token endpoint has had since the start or the last reset. */
  get tokenCalls(): number {
    return this.log.tokenCalls;
  }

  /** Makes the next requests and streams that fit go wrong. @throws ZodError for a fault that cannot be */
  addFault(fault: Fault): void {
    this.faults.add(fault);
  }

  /** Makes the token endpoint answer a page, answer JSON without a token, or not answer. For all calls without `times`. */
  breakToken(how: TokenBreak, times?: number): void {
    this.addFault(brokenToken(how, times));
  }

  /** Puts a gateway in front of a host, streams included, that refuses everything with a page. For all calls without `times`. */
  refuseAtGateway(api: Api, times?: number): void {
    this.addFault(gatewayRefusal(api, times));
  }

  /** Tells who authenticates on a stream that the token is not known, though it is. For all streams without `times`. */
  refuseAuthentication(environment: Environment, times?: number): void {
    this.addFault({ kind: 'unauthorized', path: `/${environment}/stream`, times });
  }

  /** Revokes the tokens of an account, or all tokens, and ends their streams. Returns how many. @throws ApiError for an unknown number */
  revoke(accountNumber?: string): number {
    const revoked = this.#parts.tokens.revoke(this.#idOf(accountNumber));
    for (const stream of this.#parts.tradeStreams.select()) stream.endIfRevoked();
    return revoked;
  }

  /** Revokes one token and ends its streams. @returns whether there was such a one */
  revokeToken(token: string): boolean {
    const revoked = this.#parts.tokens.end(token);
    for (const stream of this.#parts.tradeStreams.select()) stream.endIfRevoked();
    return revoked;
  }

  /** Has every access token that can be refreshed expire now. Open streams stay. */
  expireTokens(): void {
    this.#parts.tokens.expire();
  }

  /** Closes or blocks an account, until it is told otherwise or the reset. @throws ApiError for an unknown number */
  setStanding(accountNumber: string, changes: Partial<Standing>): void {
    const account = accountNumbered(this.#parts.accounts, accountNumber);
    account.standing = standingOf(account, changes);
  }

  /** Issues a token as if somebody had consented. In-process only. @throws ApiError for an unknown number */
  issueToken({ accountNumbers, scope }: Shortcut): string {
    const accounts: Partial<Record<Environment, string>> = {};
    for (const number of accountNumbers) {
      const { environment, id } = accountNumbered(this.#parts.accounts, number);
      accounts[environment] = id;
    }
    return this.#parts.tokens.issue({ clientId: 'none', scope, accounts }).value;
  }

  /**
   * Fills an open order now, whatever the market says: all that is open of it at the market's price, unless told otherwise.
   * @throws ApiError for an unknown order, one that is closed, and one that has less open
   */
  fillOrder(orderId: string, execution: Partial<FillSize> = {}): void {
    const account = accountOfOrder(this.#parts.accounts, orderId);
    this.#parts.desk.fill(account, this.#parts.desk.find(account, orderId), execution);
  }

  /** Ends an open order as no request can: the exchange rejects it, or its time is over. @throws ApiError as `fillOrder` */
  endOrder(orderId: string, outcome: Unfilled): void {
    const account = accountOfOrder(this.#parts.accounts, orderId);
    this.#parts.desk.end(account, this.#parts.desk.find(account, orderId), outcome);
  }

  /** How many stream sockets are open, authenticated or not. */
  streams(): Record<Environment, number> {
    const count = (environment: Environment) => this.#parts.tradeStreams.select({ environment }).length;
    return { paper: count('paper'), live: count('live') };
  }

  /** Breaks streams; with a code of RFC 6455 section 7.4 it closes them. Returns how many. @throws ApiError for an unknown number, TypeError for such a code */
  dropStreams({ code, ...choice }: StreamChoice & { code?: number | undefined } = {}): number {
    const streams = this.#chosen(choice);
    for (const stream of streams) stream.drop(code);
    return streams.length;
  }

  /** Answers 503 to who opens a stream: `times` times, or for so many milliseconds, or until the reset. Open streams stay. */
  refuseStreams(environment: Environment, until: { times?: number; milliseconds?: number } = {}): void {
    this.addFault({ kind: 'answer', path: `/${environment}/stream`, status: 503, ...until });
  }

  /** Sends streams one frame that Alpaca never would, binary for bytes. Returns how many. @throws ApiError for an unknown number */
  sendToStreams(frame: string | Uint8Array, choice: StreamChoice = {}): number {
    const streams = this.#chosen(choice);
    for (const stream of streams) stream.send(frame);
    return streams.length;
  }

  /** Ends all misbehaviour and forgets the requests seen and counted. Accounts, orders, tokens and open streams stay. */
  reset(): void {
    this.coop = this.#parts.coop;
    this.delay = 0;
    this.fillsHeld = false;
    this.liveApproved = true;
    this.dataLicensed = true;
    for (const account of this.#parts.accounts) account.standing = undefined;
    this.faults.clear();
    this.log.clear();
    this.#parts.resetRateLimit();
  }

  #chosen({ environment, accountNumber }: StreamChoice): TradeStream[] {
    return this.#parts.tradeStreams.select({ environment, accountId: this.#idOf(accountNumber) });
  }

  #idOf(accountNumber: string | undefined): string | undefined {
    return accountNumber === undefined ? undefined : accountNumbered(this.#parts.accounts, accountNumber).id;
  }
}

/** The account with this number. @throws ApiError 400 that lists the numbers there are */
function accountNumbered(accounts: readonly Account[], number: string): Account {
  const account = accounts.find((known) => known.number === number);
  if (account !== undefined) return account;
  const numbers = accounts.map((known) => known.number).join(', ');
  throw badRequest(`the simulator has no account ${number}; it has ${numbers}`);
}

/** The account that has this order. @throws ApiError 404 */
function accountOfOrder(accounts: readonly Account[], orderId: string): Account {
  const account = accounts.find(({ orders }) => orders.some(({ id }) => id === orderId));
  if (account === undefined) throw notFound(`order not found for ${orderId}`);
  return account;
}
