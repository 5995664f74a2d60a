import type { ConnectErrorCode } from '../server/contract.ts';

/** Every `ConnectErrorCode`. */
export const CODES = [
  'popup_blocked',
  'popup_closed',
  'cancelled',
  'access_denied',
  'timeout',
  'origin_not_allowed',
  'opener_blocked',
  'attempt_expired',
  'live_not_allowed',
  'exchange_failed',
  'cookies_blocked',
  'network',
  'provider_error',
  'config_invalid',
] as const satisfies readonly ConnectErrorCode[];

/** The server's codes for what it can do at another time, and without a change of the set-up. */
const BUSY = ['internal', 'overloaded', 'rate_limited', 'session_store_unavailable'];

/**
 * Why a connect flow ended. `message` is a sentence for the person, with the next step, where the server or the set-up of
 * the page gives one; else it is the code, or another key of `Messages['error']`, and the one who shows it puts it in words
 * (`messages/en.ts`).
 */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code: ConnectErrorCode;
  /** With the code `network`: the HTTP status of what answered in the server's place, undefined when nothing did. */
  readonly foreignStatus: string | undefined;

  constructor(
    code: ConnectErrorCode,
    {
      message = code,
      foreignStatus,
      cause,
    }: { message?: string; foreignStatus?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.foreignStatus = foreignStatus;
  }
}

/** The `ConnectError` for an error that the server wrote: its own sentence, and the nearest code of a connect flow. */
export function connectErrorFrom(answer: {
  code: string;
  message: string;
  foreignStatus?: string | undefined;
}): ConnectError {
  return new ConnectError(connectCode(answer.code), answer);
}

/**
 * Why an answer is of no use that is not the server's: the page of an edge, of a captive portal, of a company's login. The
 * server could be reached for all that is known, and it may have done what it was asked.
 */
export function foreignAnswerError({ status }: Response, cause?: unknown): ConnectError {
  // Browsers hide the status of a redirect that is not followed.
  return new ConnectError('network', { foreignStatus: String(status || '3xx'), cause });
}

/**
 * Any thrown value as a `ConnectError`. With a `SecurityError`, browsers refuse what they count as storage, such as locks, to a page
 * that may keep no cookies. What nobody expected counts as a flow that could not be completed once Alpaca confirmed, and before
 * that as a browser without something that connecting needs.
 */
export function asConnectError(cause: unknown, confirmed = false): ConnectError {
  if (cause instanceof ConnectError) return cause;
  if ((cause as Error | undefined)?.name === 'SecurityError')
    return new ConnectError('cookies_blocked', { cause });
  return confirmed
    ? new ConnectError('exchange_failed', { cause })
    : new ConnectError('config_invalid', { message: 'old_browser', cause });
}

/** For a call that is made again when its answer is lost, or when the server cannot give one now. */
export function ignoreNetworkError(error: unknown): undefined {
  if (!(error instanceof ConnectError && error.code === 'network')) throw error;
}

function connectCode(code: string): ConnectErrorCode {
  if (isConnectErrorCode(code)) return code;
  if (code.startsWith('upstream_')) return 'provider_error';
  if (BUSY.includes(code)) return 'network';
  // The rest refuses requests that a correctly set up widget never sends.
  return 'config_invalid';
}

function isConnectErrorCode(code: string): code is ConnectErrorCode {
  return (CODES as readonly string[]).includes(code);
}
