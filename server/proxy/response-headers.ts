import type { IncomingHttpHeaders } from 'node:http';
import { upstreamInvalid } from './upstream-failure.ts';

/** What crosses from Alpaca to the page, and under which name. Everything else stays behind (backend.md P9). */
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
