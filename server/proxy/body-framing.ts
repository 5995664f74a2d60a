import type { IncomingMessage } from 'node:http';
import { PublicError } from '../errors/public-error.ts';

/** How the body of a request is delimited. `sized` knows its length in bytes. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'sized'; readonly length: number }
  | { readonly kind: 'chunked' };

/** Largest body of a proxied request, in bytes. Alpaca's own are a few hundred. */
export const LARGEST_BODY = 1024 * 1024;

const NONE: BodyFraming = { kind: 'none' };
const CHUNKED: BodyFraming = { kind: 'chunked' };
const NO_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/**
 * Judges how a request frames its body. Where this server and Alpaca's front read a framing differently, the rest of a body
 * becomes somebody's next request (RFC 9112 section 11.2), so only the plain forms pass.
 *
 * @throws PublicError 400 or 415 `bad_request`, 413 `body_too_large`
 */
export function judgeBodyFraming(request: IncomingMessage): BodyFraming {
  const { 'transfer-encoding': transfer, 'content-length': length } = request.headers;
  if (transfer === undefined && (length === undefined || length === '0')) return NONE;
  if (NO_BODY.has(request.method as string)) throw badFraming('A GET or HEAD request must not have a body.');
  assertJson(request);
  if (transfer !== undefined) return judgeChunked(request, transfer);
  if (!/^\d{1,15}$/.test(length as string)) throw badFraming('Content-Length must be a plain number.');
  if (Number(length) > LARGEST_BODY) throw bodyTooLarge();
  return { kind: 'sized', length: Number(length) };
}

/** What a body beyond the limit is refused with, by its declared length or while it streams. */
export function bodyTooLarge(): PublicError {
  return new PublicError(413, 'body_too_large', `A body may have ${LARGEST_BODY} bytes at most. Send less.`);
}

function judgeChunked(request: IncomingMessage, transfer: string): BodyFraming {
  // Node takes `xchunked` for a body of unknown length and still calls the handler.
  if (transfer !== 'chunked' || request.headers['content-length'] !== undefined) {
    throw badFraming('Send the body with a Content-Length, or with "Transfer-Encoding: chunked" alone.');
  }
  // Chunked DELETE is what smuggled requests through http-proxy (CVE-2026-29057).
  if (request.method === 'DELETE') throw badFraming('The body of a DELETE needs a Content-Length.');
  return CHUNKED;
}

function assertJson({ headers }: IncomingMessage): void {
  if (JSON_TYPE.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined) return;
  throw new PublicError(
    415,
    'bad_request',
    'Send the body as "Content-Type: application/json", without Content-Encoding.',
  );
}

function badFraming(message: string): PublicError {
  return new PublicError(400, 'bad_request', message);
}
