import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';
import type { z } from 'zod';
import { PublicError } from './errors.ts';
import type { Caller, OriginGuard } from './origin.ts';
import { parseRequestTarget, type RequestTarget } from './request-target.ts';

/** A request that may be answered: a script of an allowed page sent it. */
interface Admitted {
  target: RequestTarget;
  caller: Caller;
}

/**
 * Asserts what every request of a page's script needs, whichever route answers it: a plain target, and an allowed origin with
 * the header that no other site can send. Answers a CORS preflight itself, and then returns undefined.
 *
 * @throws PublicError 400 `bad_path`, 403 `header_missing` or `origin_not_allowed`
 */
export function admit(
  guard: OriginGuard,
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse,
): Admitted | undefined {
  // Express rewrites `url` below a mount path and keeps the raw target in `originalUrl`.
  const target = parseRequestTarget(request.originalUrl ?? request.url ?? '');
  if (guard.preflight(request, response)) return undefined;
  return { target, caller: guard.check(request) };
}

const callers = new WeakMap<IncomingMessage, Caller>();

/** `admit()` as Express middleware. The routes behind it ask `callerOf()` who sent the request. */
export function admitScripts(guard: OriginGuard): RequestHandler {
  return (request, response, next) => {
    const admitted = admit(guard, request, response);
    if (admitted === undefined) return;
    callers.set(request, admitted.caller);
    next();
  };
}

/** Who sent a request that `admitScripts()` let pass. */
export function callerOf(request: IncomingMessage): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('This route needs admitScripts() in front of it.');
  return caller;
}

/**
 * Asserts that the request came from the server's own origin: some routes are for the popup's pages only.
 * @throws PublicError 403 `origin_not_allowed`
 */
export function assertOwnPage(request: IncomingMessage, { publicUrl }: { publicUrl: URL }): void {
  if (callerOf(request).origin === publicUrl.origin) return;
  throw new PublicError(403, 'origin_not_allowed', 'Only the pages of this server itself may send this.');
}

/**
 * With these headers browsers say that they load a page before the person asks for it: `Sec-Purpose` of the Fetch standard
 * (`prefetch`, or `prefetch;prerender` for speculation rules), and its older names in Chromium, Firefox and Safari.
 */
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const SPECULATIVE = /prefetch|prerender|preview/i;

/**
 * Whether a person goes to this page now. It is not when the request is for a picture, script, frame or `fetch()` (only
 * navigations have the destination `document`), a HEAD, or a prefetch: any page can make a browser send those, to any
 * address. A header that the browser does not send counts neither way.
 */
export function isPersonNavigation({
  method,
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return (
    method === 'GET' &&
    (headers['sec-fetch-dest'] ?? 'document') === 'document' &&
    !PURPOSE_HEADERS.some((name) => SPECULATIVE.test(String(headers[name] ?? '')))
  );
}

/**
 * Asserts that a person opens this as a page. Otherwise a hostile page could use up the attempts of everybody who looks at
 * it. Browsers discard a prefetch or prerender that was refused, and ask again when the person really comes.
 *
 * @throws PublicError 400 `bad_request`
 */
export const assertNavigation: RequestHandler = (request, _response, next) => {
  if (isPersonNavigation(request)) return next();
  throw new PublicError(400, 'bad_request', 'This is a page. Press the connect button to open it.');
};

/**
 * The headers of every JSON answer: never cached, never rendered, readable only by pages on the allow-list.
 * The pages of the popup set their own.
 */
export function apiHeaders(guard: OriginGuard): RequestHandler[] {
  const harden = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // It would hold for the whole host for a year, which is for the owner of the host to decide, not for a router.
    strictTransportSecurity: false,
  });
  return [
    harden,
    (request, response, next) => {
      response.set('Cache-Control', 'no-store').set(guard.corsHeaders(request));
      next();
    },
  ];
}

/**
 * The JSON body of a request, checked against its schema.
 * @throws PublicError 400 `bad_request` that names the fields, never their values.
 */
export function parseBody<T>(schema: z.ZodType<T>, request: Request): T {
  const result = schema.safeParse(request.body);
  if (result.success) return result.data;
  const fields = [...new Set(result.error.issues.map((issue) => issue.path.join('.') || 'body'))].join(', ');
  throw new PublicError(
    400,
    'bad_request',
    `The request needs a JSON body (Content-Type: application/json) of the documented shape. Wrong here: ${fields}.`,
  );
}
