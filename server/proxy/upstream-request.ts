import type { IncomingMessage } from 'node:http';
import { PublicError } from '../http/errors.ts';
import type { OperationHeader } from '../operations.ts';

/** What goes to Alpaca. Every byte of it was built here or passed `parseRequestTarget()`. */
export interface UpstreamRequest {
  origin: string;
  /** Path and query. */
  path: string;
  method: string;
  headers: Record<string, string>;
}

/** The parts of one upstream request, all of them checked before but the values of `documented`. */
interface UpstreamRequestParts {
  base: UpstreamBase;
  /** The method, path and query below the API. */
  method: string;
  path: string;
  query: string;
  /** Bytes of the body; undefined for a request without one. */
  length: number | undefined;
  /** Whether the answer is an event stream. */
  events: boolean;
  /** The headers of the client that the operation takes. */
  documented: readonly OperationHeader[];
  accessToken: string;
  requestId: string;
}

/**
 * The one builder of proxied requests. Headers are built, not filtered: nothing that the client sent reaches Alpaca but
 * the method, the path, the query, the headers that Alpaca documents for the operation, and the bytes of the body.
 *
 * @throws PublicError 400 `bad_request` for a value that such a header cannot have
 * @throws Error when the built URL is not what was checked, which is a bug in this server
 */
export function buildUpstreamRequest(parts: UpstreamRequestParts, request: IncomingMessage): UpstreamRequest {
  const { base, method, path, query, length, events, documented, accessToken, requestId } = parts;
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
  for (const name of documented) {
    const value = documentedHeader(request, name);
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  return { origin: base.origin, path: target + query, method, headers };
}

/** Segments of letters, digits, `_`, `-`, `~` and, but for their beginning, dots: no URL parser changes such a path. */
const PLAIN_PATH = /^(?:\/[\w~-][\w.~-]*)+$/;

/**
 * The last check: a URL parser must find in the target exactly the path that was checked, or another resource is asked for.
 * Most paths need no parser for that, which would take some three per cent of the time of a small call.
 */
function assertUnresolved(origin: string, target: string): void {
  if (PLAIN_PATH.test(target)) return;
  const url = new URL(origin + target);
  if (url.origin !== origin || url.pathname !== target) {
    throw new Error('A checked path resolved to another URL.');
  }
}

/**
 * Visible ASCII, as long as Alpaca's documents let a key be. No space, and so no header that came twice: Node joins those
 * with a comma and a space.
 */
const HEADER_VALUE = /^[\x21-\x7e]{1,128}$/;

/** Left out, a bad `Idempotency-Key` would make a retry cost money twice: so it is refused. */
function documentedHeader(request: IncomingMessage, name: OperationHeader): string | undefined {
  const value = request.headers[name.toLowerCase()];
  if (value === undefined || (typeof value === 'string' && HEADER_VALUE.test(value))) return value;
  throw new PublicError(
    400,
    'bad_request',
    `Nothing was sent to Alpaca. Send ${name} once, with 1 to 128 visible ASCII characters and no space.`,
  );
}

/** A `gzip` that is not refused with `q=0` (RFC 9110 section 12.5.3). */
const ACCEPTS_GZIP = /(?:^|[\s,])gzip\s*(?:$|,|;\s*q=(?:1|0\.0{0,2}[1-9]))/i;

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && ACCEPTS_GZIP.test(accepted);
}

/** RFC 6750 section 2.1. Anything else could inject a header, and undici would refuse it and lose a socket of its pool. */
const BEARER_TOKEN = /^[\w.~+/-]{1,4096}=*$/;

/**
 * The value of an `Authorization` header.
 *
 * @throws TypeError when the token is not one of RFC 6750. The message does not hold it.
 */
export function bearer(accessToken: string): string {
  if (!BEARER_TOKEN.test(accessToken)) throw new TypeError('The access token is not a bearer token.');
  return `Bearer ${accessToken}`;
}

/** Where an API lives. Calculated once, at set-up. */
export interface UpstreamBase {
  origin: string;
  /** Path prefix without a trailing slash, usually empty. */
  prefix: string;
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

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Whether a `Content-Type` is JSON, whatever its parameters. */
export function isJsonType(contentType: string | null | undefined): boolean {
  return JSON_TYPE.test(contentType ?? '');
}
