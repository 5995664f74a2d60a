import type { IncomingHttpHeaders } from 'node:http';
import { PublicError } from '../http/errors.ts';

/** The headers of Alpaca's that the page gets, and under which name. All others are dropped, such as `Set-Cookie`. */
const RELAYED: readonly (readonly [from: string, to: string])[] = [
  ['content-type', 'Content-Type'],
  ['content-length', 'Content-Length'],
  ['content-encoding', 'Content-Encoding'],
  ['retry-after', 'Retry-After'],
  ['x-ratelimit-limit', 'X-RateLimit-Limit'],
  ['x-ratelimit-remaining', 'X-RateLimit-Remaining'],
  ['x-ratelimit-reset', 'X-RateLimit-Reset'],
  ['x-request-id', 'X-Upstream-Request-ID'],
];

/** Somebody's brokerage data: never cached, never sniffed, never a document that runs, never loaded without CORS. */
const SECURITY = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

/** RFC 9110 section 5.5 without obs-text, which Node would write in another encoding or refuse. */
const PLAIN_VALUE = /^[\t\x20-\x7e]{0,1024}$/;

/**
 * Builds the headers of a relayed answer from an allow-list.
 *
 * @throws PublicError 502 `upstream_invalid` for an encoding that nobody asked for, such as a chain of gzips
 */
export function responseHeaders(
  upstream: IncomingHttpHeaders,
  requestId: string,
  cors: Readonly<Record<string, string>>,
): Record<string, string> {
  const encoding = upstream['content-encoding'];
  if (encoding !== undefined && encoding !== 'gzip' && encoding !== 'identity') throw upstreamInvalid();
  // Not spread, which costs ten times as much: V8 makes a dictionary of that many names.
  const headers: Record<string, string> = Object.assign({}, SECURITY, cors);
  headers['X-Request-ID'] = requestId;
  for (const [from, to] of RELAYED) {
    const value = plainHeader(upstream, from);
    if (value !== undefined) headers[to] = value;
  }
  return headers;
}

/** One header of Alpaca's, or undefined when it is missing, repeated, or holds unusual bytes. */
export function plainHeader(upstream: IncomingHttpHeaders, name: string): string | undefined {
  const value = upstream[name];
  return typeof value === 'string' && PLAIN_VALUE.test(value) ? value : undefined;
}

/** undici's codes for a socket that broke. They do not say whether a byte of an answer came first. */
const BROKEN: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE']);

const LATE: ReadonlySet<unknown> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const MALFORMED = /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES)/;

/** Whether the socket to Alpaca broke, as opposed to an answer that was late or malformed. */
export function isBrokenSocket(error: Error): boolean {
  return BROKEN.has(codeOf(error));
}

/** What a page is told when a call to Alpaca failed before it answered. */
export function upstreamFailure(error: Error): PublicError {
  if (error instanceof PublicError) return error;
  const code = codeOf(error);
  if (LATE.has(code)) return upstreamTimeout(error);
  if (typeof code === 'string' && MALFORMED.test(code)) return upstreamInvalid(error);
  return new PublicError(
    502,
    'upstream_unreachable',
    'Alpaca could not be reached, or hung up without an answer. An order may have been received: look before you repeat it.',
    { cause: error },
  );
}

/** 504: Alpaca took too long. */
export function upstreamTimeout(cause?: Error): PublicError {
  return new PublicError(
    504,
    'upstream_timeout',
    'Alpaca did not answer in time. An order may have been received: look before you repeat it.',
    { cause },
  );
}

/** 502: an answer that must not be relayed, such as a redirect. */
export function upstreamInvalid(cause?: Error): PublicError {
  return new PublicError(
    502,
    'upstream_invalid',
    'Alpaca gave an answer that is not one of its API. Try again; if it stays, tell the owner of this server.',
    { cause },
  );
}

function codeOf(error: Error): unknown {
  return (error as NodeJS.ErrnoException).code;
}
