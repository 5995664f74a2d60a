import type { Api } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import { readRefusal } from './alpaca-refusal.ts';
import { connectionRevoked } from './choose-connection.ts';
import type { CheckedConnection, TokenCheck } from './token-check.ts';

/** What a person can do about a refusal that leaves the connection as it is. Which it is, Alpaca does not say. */
const HINTS: Readonly<Record<Api, string>> = {
  live:
    "Live trading in accounts of other people needs Alpaca's approval of this site's app; its owner can ask Alpaca. " +
    'Paper accounts need none.',
  data:
    "This market data needs a licence or a subscription that the account or this site's app does not have; another " +
    'feed, such as iex, may be open to it.',
  paper:
    'The connection may lack this scope, or belong to another environment: disconnect, connect again and allow it.',
};

/** Alpaca takes no order that it answers with 401. */
function untouched(api: Api): string {
  return api === 'data'
    ? 'The connection is kept.'
    : 'Nothing was placed or changed, and the connection is kept.';
}

/**
 * Says what a 401 of Alpaca's means, as the error for the page. Only `connection_revoked` means that the token is no longer
 * good: whoever gets it marks the connection.
 *
 * - A refusal that names the scope is passed on as 403 `insufficient_scope`, with Alpaca's words and a hint.
 * - For anything else the account is asked, once. Alpaca no longer knows the token: 401 `connection_revoked`.
 * - It does, and the 401 was Alpaca's: it is about this request, 403 `insufficient_scope`.
 * - It was not Alpaca's (a gateway's page), or nobody can say: 502 `upstream_refused`.
 *
 * @param body what was read of the answer's body
 */
export async function judgeUnauthorized(
  api: Api,
  connection: CheckedConnection,
  body: string,
  check: Pick<TokenCheck, 'verdict'>,
): Promise<PublicError> {
  const { about, words } = readRefusal(body, connection.accessToken);
  if (about === 'scope') return scopeRefused(api, words);
  const verdict = await check.verdict(connection);
  if (verdict === 'revoked') return connectionRevoked();
  // The Market Data API answers some refusals without a code, as in {"message":"forbidden."}.
  const isAlpacas = about === 'token' || (api === 'data' && words !== '');
  return isAlpacas && verdict !== 'unknown' ? scopeRefused(api, words) : refusedUnclearly(api);
}

/** 403: the connection is good, and this is not for it. */
export function scopeRefused(api: Api, words: string): PublicError {
  const said = words === '' ? 'Alpaca refused this.' : `Alpaca refused this: "${words}".`;
  return new PublicError(403, 'insufficient_scope', `${said} ${HINTS[api]} ${untouched(api)}`);
}

/** 502: a 401 that says nothing about the connection. */
function refusedUnclearly(api: Api): PublicError {
  return new PublicError(
    502,
    'upstream_refused',
    'Alpaca, or a gateway in front of it, refused this request without saying that the connection has ended. ' +
      `${untouched(api)} Try again in a moment; if it stays, disconnect and connect again.`,
  );
}
