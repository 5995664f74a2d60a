import type { IncomingMessage } from 'node:http';
import { PublicError } from '../http/errors.ts';

/** Where an API lives. Calculated once, at set-up. */
export interface UpstreamBase {
  origin: string;
  /** Path prefix without a trailing slash, usually empty. */
  prefix: string;
}

/** What goes to Alpaca. Every byte of it was built here or passed `parseRequestTarget()`. */
export interface UpstreamRequest {
  origin: string;
  /** Path and query. */
  path: string;
  method: string;
  headers: Record<string, string>;
}

/** The parts of one upstream request, all of them judged before. */
export interface UpstreamRequestParts {
  base: UpstreamBase;
  /** The method, path and query below the API. */
  method: string;
  path: string;
  query: string;
  /** Bytes of the body; undefined for a request without one. */
  length: number | undefined;
  /** Whether the answer is an event stream. */
  events: boolean;
  accessToken: string;
  requestId: string;
}

/** RFC 6750 section 2.1. Anything else could inject a header, and would block a slot of undici's pool for ever. */
const BEARER_TOKEN = /^[\w.~+/-]{1,4096}=*$/;

/** A `gzip` that is not refused with `q=0` (RFC 9110 section 12.5.3). */
const ACCEPTS_GZIP = /(?:^|[\s,])gzip\s*(?:$|,|;\s*q=(?:1|0\.0{0,2}[1-9]))/i;

/**
 * The value of an `Authorization` header.
 *
 * @throws TypeError when the token is not one of RFC 6750. The message does not hold it.
 */
export function bearer(accessToken: string): string {
  if (!BEARER_TOKEN.test(accessToken)) throw new TypeError('The access token is not a bearer token.');
  return `Bearer ${accessToken}`;
}

/**
 * Takes a configured URL apart. A path is kept as a prefix, as in `http://localhost:4010/paper`.
 *
 * @throws TypeError for anything but http and https, and for credentials, a query or a fragment
 */
export function upstreamBase(url: URL): UpstreamBase {
  const prefix = url.pathname.replace(/\/$/, '');
  if (!/^https?:$/.test(url.protocol) || url.href.replace(/\/$/, '') !== url.origin + prefix) {
    throw new TypeError('An upstream URL must be http or https, without credentials, query and fragment.');
  }
  return { origin: url.origin, prefix };
}

/**
 * The one builder of proxied requests. Headers are built, not filtered: nothing that the client sent reaches Alpaca but
 * the method, the path, the query and the body's bytes (backend.md P6).
 *
 * @throws Error when the built URL is not what was judged, which is a bug in this server
 */
export function buildUpstreamRequest(parts: UpstreamRequestParts, request: IncomingMessage): UpstreamRequest {
  const { base, method, path, query, length, events, accessToken, requestId } = parts;
  const target = base.prefix + path;
  assertUnresolved(base.origin, target);
  const headers: Record<string, string> = {
    authorization: bearer(accessToken),
    accept: events ? 'text/event-stream' : 'application/json, */*;q=0.5',
    'accept-encoding': !events && acceptsGzip(request) ? 'gzip' : 'identity',
    'user-agent': 'connect-with-alpaca',
    'x-request-id': requestId,
  };
  if (length !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = String(length);
  }
  return { origin: base.origin, path: target + query, method, headers };
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && ACCEPTS_GZIP.test(accepted);
}

/** The last line: a URL parser must read in the target exactly what was judged (backend.md P4). */
function assertUnresolved(origin: string, target: string): void {
  const url = new URL(origin + target);
  if (url.origin !== origin || url.pathname !== target) {
    throw new Error('A judged path resolved to another URL.');
  }
}

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
export function parseBodyFraming(request: IncomingMessage): BodyFraming {
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
