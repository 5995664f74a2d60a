import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Api } from '../contract.ts';
import { PublicError } from '../http/errors.ts';
import { connectionRevoked } from '../session/choose-connection.ts';
import type { CheckedConnection, TokenCheck } from './token-check.ts';

/**
 * What a refusal of Alpaca's is about. `scope`: this token may not do this, and is good for the rest. `token`: Alpaca's own
 * numbering says 401, and the words name no scope. `unclear`: not Alpaca's error body at all, such as a gateway's page.
 */
export interface AlpacaRefusal {
  about: 'scope' | 'token' | 'unclear';
  /** What Alpaca said: visible ASCII, 200 characters at most, never the token. Empty when it said nothing. */
  words: string;
}

/** In bytes. Alpaca's refusals have about 80; no more than this is read of one. */
export const MOST_OF_A_REFUSAL = 1024;

/** In bytes, of one that came compressed. */
const MOST_UNPACKED = 4096;

const MOST_WORDS = 200;

/** A code is the HTTP status followed by five digits, such as 40110000; a gateway's error has no code, or a text. */
const Envelope = z.object({ message: z.string(), code: z.unknown().optional() });

/**
 * Alpaca says "token is not authorized for this scope" or "access token is not authorized for this scope" for a missing
 * scope, a token of the other environment, live trading that it has not approved, and data without a licence. To take
 * too much for such a refusal is safe: the token is kept.
 */
const NAMES_SCOPE = /\bnot authori[sz]ed for (?:this|the requested) scope\b/i;

/** The beginning of a refusal's body, as it comes in. */
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

/** Reads the body of a 401 or 403. Never throws, whatever it is. */
export function readRefusal(body: string, accessToken: string): AlpacaRefusal {
  const envelope = Envelope.safeParse(parse(body));
  if (!envelope.success) return { about: 'unclear', words: '' };
  const { message, code } = envelope.data;
  const words = plainWords(message, accessToken);
  if (NAMES_SCOPE.test(message)) return { about: 'scope', words };
  const numbered = typeof code === 'number' && Math.floor(code / 100_000) === 401;
  return { about: numbered ? 'token' : 'unclear', words };
}

/** Whether words of Alpaca's, outside of an error body, say that the scope is what is missing. */
export function namesScope(words: string): boolean {
  return NAMES_SCOPE.test(words);
}

/** What may be shown of a message that is not ours. */
export function plainWords(message: string, accessToken: string): string {
  if (accessToken !== '' && message.includes(accessToken)) return '';
  return message
    .replace(/[^\x21-\x7e]+/g, ' ')
    .trim()
    .slice(0, MOST_WORDS);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

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
