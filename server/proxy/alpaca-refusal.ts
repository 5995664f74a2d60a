import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Api } from '../contract.ts';
import { PublicError } from '../http/errors.ts';
import { connectionRevoked } from '../session/choose-connection.ts';
import type { CheckedConnection, TokenCheck } from './token-check.ts';

/**
 * Finds out what a 401 of Alpaca's means, and returns the error for the page. Only `connection_revoked` means that the token
 * is no longer good: the caller then marks the connection.
 *
 * - A refusal that names the scope is passed on as 403 `insufficient_scope`, with Alpaca's words and a hint.
 * - For anything else Alpaca is asked once for the account. When it no longer knows the token: 401 `connection_revoked`.
 * - When it does, and the 401 was Alpaca's own: it is about this request, 403 `insufficient_scope`.
 * - When the 401 was not Alpaca's (a gateway's page), or the account could not be read: 502 `upstream_refused`.
 *
 * @param body what was read of the answer's body
 */
export async function explainUnauthorized(
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

/** 403: the connection is good, but not for this. */
export function scopeRefused(api: Api, words: string): PublicError {
  const said = words === '' ? 'Alpaca refused this.' : `Alpaca refused this: "${words}".`;
  return new PublicError(403, 'insufficient_scope', `${said} ${HINTS[api]} ${unchanged(api)}`);
}

/** 502: a 401 that says nothing about the connection. */
function refusedUnclearly(api: Api): PublicError {
  return new PublicError(
    502,
    'upstream_refused',
    'Alpaca, or a gateway in front of it, refused this request without saying that the connection has ended. ' +
      `${unchanged(api)} Try again in a moment; if it stays, disconnect and connect again.`,
  );
}

/** 502: the token had expired, or was replaced meanwhile. There is another one now, and the page has to decide what to repeat. */
export function tokenRenewed(): PublicError {
  return new PublicError(
    502,
    'upstream_refused',
    'The access token of this connection had expired when the request arrived there, and was renewed since. Nothing was placed or changed. Send the request again.',
  );
}

/** 502: the token is no longer accepted, and the one who gives another does not answer now. */
export function tokenNotRenewed(): PublicError {
  return new PublicError(
    502,
    'upstream_refused',
    'The access token of this connection is no longer accepted, and could not be renewed just now. Nothing was placed or changed, and the connection is kept. Try again in a moment; if it stays, disconnect and connect again.',
    { headers: { 'Retry-After': '5' } },
  );
}

/** What a person can do about a refusal that leaves the connection as it is. Alpaca does not say which of these it is. */
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

/** Alpaca places no order that it answers with 401. */
function unchanged(api: Api): string {
  return api === 'data'
    ? 'The connection is kept.'
    : 'Nothing was placed or changed, and the connection is kept.';
}

/**
 * What a refusal of Alpaca's is about. `scope`: the token may not do this, and is good for the rest. `token`: the code in
 * Alpaca's error body is a 401, and its message names no scope. `unclear`: it is not Alpaca's error body, but for example a
 * gateway's page.
 */
export interface AlpacaRefusal {
  about: 'scope' | 'token' | 'unclear';
  /** What Alpaca said: visible ASCII, 200 characters at most, never the token. Empty when it said nothing. */
  words: string;
}

/** A code is the HTTP status followed by five digits, such as 40110000; a gateway's error has no code, or a text. */
const ErrorBody = z.object({ message: z.string(), code: z.unknown().optional() });

/** Reads the body of a 401 or 403. Never throws, whatever it is. */
export function readRefusal(body: string, accessToken: string): AlpacaRefusal {
  const parsed = ErrorBody.safeParse(parseJson(body));
  if (!parsed.success) return { about: 'unclear', words: '' };
  const { message, code } = parsed.data;
  const words = plainWords(message, accessToken);
  if (namesScope(message)) return { about: 'scope', words };
  const isUnauthorized = typeof code === 'number' && Math.floor(code / 100_000) === 401;
  return { about: isUnauthorized ? 'token' : 'unclear', words };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * Alpaca says "token is not authorized for this scope" or "access token is not authorized for this scope" for a missing
 * scope, a token of the other environment, live trading that it has not approved, and data without a licence. A message
 * that is taken for one of these by mistake does no harm: the token is kept.
 */
const NAMES_SCOPE = /\bnot authori[sz]ed for (?:this|the requested) scope\b/i;

/** Whether words of Alpaca's say that the scope is what is missing. */
export function namesScope(words: string): boolean {
  return NAMES_SCOPE.test(words);
}

const MOST_WORDS = 200;

/** What may be shown of a message that is not ours. */
export function plainWords(message: string, accessToken: string): string {
  if (accessToken !== '' && message.includes(accessToken)) return '';
  return message
    .replace(/[^\x21-\x7e]+/g, ' ')
    .trim()
    .slice(0, MOST_WORDS);
}

/** How much is read of a refusal's body, in bytes. Alpaca's own have about 80. */
export const MOST_OF_A_REFUSAL = 1024;

/** The same of one that came compressed, once it is unpacked. */
const MOST_UNPACKED = 4096;

/** Collects the beginning of a refusal's body while it arrives. */
export class RefusalBody {
  readonly #encoding: unknown;
  readonly #pieces: Buffer[] = [];
  #size = 0;

  /** @param encoding the `Content-Encoding` of the answer */
  constructor(encoding: unknown) {
    this.#encoding = encoding;
  }

  /** @returns whether that is enough */
  add(piece: Uint8Array): boolean {
    this.#pieces.push(Buffer.from(piece.subarray(0, MOST_OF_A_REFUSAL - this.#size)));
    this.#size += this.#pieces.at(-1)?.length ?? 0;
    return this.#size === MOST_OF_A_REFUSAL;
  }

  /** What came, as text. Empty when it cannot be unpacked. */
  text(): string {
    const bytes = Buffer.concat(this.#pieces);
    if (this.#encoding !== 'gzip') return bytes.toString();
    try {
      return gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED }).toString();
    } catch {
      return '';
    }
  }
}
