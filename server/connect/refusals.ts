/** Why a grant is not exchanged for a connection, in the order in which it is checked, each with what to do next. */
import type { RequestedEnvironment } from '../contract.ts';
import { ALPACA_FAILED, PublicError } from '../http/errors.ts';

export function grantUnknown(): PublicError {
  return new PublicError(
    400,
    'exchange_failed',
    'This is not a grant of this server. Press the connect button again.',
  );
}

/** PROVIDERS_FILE, or a setting of Alpaca's, changed between the consent and the exchange. */
export function providerChanged(): PublicError {
  return new PublicError(
    403,
    'exchange_failed',
    'This site changed how it connects in the meantime. Nothing was connected. Press the connect button again.',
  );
}

export function grantOfAnotherSite(): PublicError {
  return new PublicError(
    403,
    'origin_not_allowed',
    'This grant belongs to a page of another site. Press the connect button again.',
  );
}

export function grantOfAnotherAttempt(): PublicError {
  return new PublicError(
    403,
    'exchange_failed',
    'This grant belongs to another attempt. Press the connect button again.',
  );
}

export function grantExpired(): PublicError {
  return new PublicError(
    410,
    'attempt_expired',
    'This attempt took too long and has expired. Press the connect button again.',
  );
}

/** "Cross-user session fixation" of the RFC 9700 update: PKCE and a sealed cookie cannot see who signed out in between. */
export function startedBySomebodyElse(): PublicError {
  return new PublicError(
    403,
    'exchange_failed',
    'This connection was started by somebody who is no longer signed in here. Nothing was connected. Press the connect button again.',
  );
}

/**
 * A grant that somebody carried elsewhere. Or a browser without cookies for this site, which would not keep the session
 * either: a page in a frame of another site is in the same place.
 */
export function startedInAnotherBrowser(): PublicError {
  return new PublicError(
    403,
    'cookies_blocked',
    'This connection was started in another browser, or this one sends no cookies from this page. Nothing was connected. Allow cookies for this site, open the page in a tab of its own, and press the connect button again.',
  );
}

export function alreadyCompleted(): PublicError {
  return new PublicError(
    409,
    'exchange_failed',
    'This connection was already completed. Nothing was connected twice. Reload the page; if it shows no account, connect again.',
  );
}

/** The provider gave a token that covers none of the accounts that were asked for. */
export function noAccount(environment: RequestedEnvironment, provider: string): PublicError {
  const wanted = environment === 'both' ? 'an account' : `a ${environment} account`;
  return new PublicError(
    ALPACA_FAILED,
    'exchange_failed',
    `${provider} did not give access to ${wanted}. Nothing was connected. Connect again and choose ${wanted} at ${provider}.`,
  );
}
