import type { IncomingMessage, ServerResponse } from 'node:http';
import { operationHeaders } from '../operations.ts';
import { PublicError } from './errors.ts';

/** The page that sent a request which passed the guard. */
export interface Caller {
  /** The exact origin, for example `https://shop.example`. */
  origin: string;
  /** Whether the browser counts the page as another site, so that only partitioned cookies can work there. */
  crossSite: boolean;
}

/** Decides which pages may use the server with a person's session. */
export interface OriginGuard {
  /** Whether this very origin is the server's own or on the allow-list. */
  allows(origin: string): boolean;
  /**
   * Asserts the static header and an allowed origin (RFC 10017: the defence against CSRF when cookies carry the session).
   *
   * @throws PublicError 403 `header_missing` or `origin_not_allowed`
   */
  check(request: IncomingMessage): Caller;
  /** CORS headers for the answer. Every origin gets `Vary`, only an allowed one gets the permission. */
  corsHeaders(request: IncomingMessage): Readonly<Record<string, string>>;
  /** Answers a CORS preflight, 204 or 403, and returns true. Returns false for any other request. */
  preflight(request: IncomingMessage, response: ServerResponse): boolean;
}

/** What the runnable server and a mounted router know about their own place on the web. */
interface OriginGuardOptions {
  /** The origin of the server's public URL. */
  publicOrigin: string;
  /** The origins of the pages that embed the button. */
  embedOrigins: readonly string[];
}

/** An answer that depends on these headers must not be cached for another page (OWASP, Fetch Metadata). */
const VARY = { Vary: 'Origin, Sec-Fetch-Site' };

const EXPOSED_HEADERS = [
  'X-Request-ID',
  'X-Upstream-Request-ID',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'Retry-After',
].join(', ');

/** Those of this server's own routes, and those that single operations of Alpaca take. */
const ALLOWED_HEADERS = [
  ...new Set([
    'content-type',
    'last-event-id',
    'x-alpaca-connect',
    'x-alpaca-connection',
    'x-alpaca-connect-verifier',
    ...operationHeaders.map((name) => name.toLowerCase()),
  ]),
].join(', ');

const PREFLIGHT_PERMISSION = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
  'Access-Control-Allow-Headers': ALLOWED_HEADERS,
  'Access-Control-Max-Age': '600',
};

/**
 * Makes the guard. Origins compare byte for byte: no wildcard, no suffix, no `null`.
 *
 * @throws TypeError when an origin of the configuration is not written as browsers send it
 */
export function createOriginGuard({ publicOrigin, embedOrigins }: OriginGuardOptions): OriginGuard {
  const permissions = new Map<string | undefined, Readonly<Record<string, string>>>();
  for (const origin of [publicOrigin, ...embedOrigins]) {
    assertSerializedOrigin(origin);
    permissions.set(origin, permissionFor(origin));
  }

  function allows(origin: string): boolean {
    return permissions.has(origin);
  }

  function check(request: IncomingMessage): Caller {
    const { origin, 'x-alpaca-connect': marker, 'sec-fetch-site': site } = request.headers;
    if (marker !== '1') throw headerMissing();
    if (origin !== undefined && !allows(origin)) throw originNotAllowed(origin);
    // A page of the server's own origin sends no Origin with GET; every other page of today's browsers does.
    if (site === 'same-origin') return { origin: origin ?? publicOrigin, crossSite: false };
    if (origin === undefined) throw originNotAllowed(origin);
    if (site === 'same-site') return { origin, crossSite: false };
    if (site === 'cross-site') return { origin, crossSite: true };
    // A browser without Fetch Metadata. Any other value, such as `none` for a typed address, is no script of a page.
    if (site === undefined) return { origin, crossSite: origin !== publicOrigin };
    throw originNotAllowed(origin);
  }

  function corsHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
    return permissions.get(request.headers.origin) ?? VARY;
  }

  function preflight(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      return false;
    }
    const allowed = permissions.has(request.headers.origin);
    const headers = {
      ...corsHeaders(request),
      ...(allowed ? PREFLIGHT_PERMISSION : { 'Content-Length': '0' }),
    };
    response.writeHead(allowed ? 204 : 403, headers).end();
    return true;
  }

  return { allows, check, corsHeaders, preflight };
}

function permissionFor(origin: string): Readonly<Record<string, string>> {
  return Object.freeze({
    ...VARY,
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': EXPOSED_HEADERS,
  });
}

function assertSerializedOrigin(origin: string): void {
  if (/^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin) return;
  throw new TypeError(
    `"${origin}" is not an origin as browsers send it. Write scheme, host and port only, like https://shop.example`,
  );
}

function headerMissing(): PublicError {
  return new PublicError(
    403,
    'header_missing',
    'This route wants the header "X-Alpaca-Connect: 1". The <alpaca-connect> element sends it; other scripts must add it.',
  );
}

/** 403. It names the origin, so that a site owner knows what to add. A value that is no origin is not repeated. */
export function originNotAllowed(origin = ''): PublicError {
  const shown = /^https?:\/\/[\w.:[\]-]{1,200}$/.test(origin) ? origin : 'This page';
  return new PublicError(
    403,
    'origin_not_allowed',
    `${shown} may not connect through this server. The site's owner has to add its exact origin to EMBED_ORIGINS.`,
  );
}
