import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

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
