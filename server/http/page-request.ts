import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Api } from '../contract.ts';
import { PublicError, sendError } from './errors.ts';
import { type Report, report } from './log.ts';
import type { OriginGuard } from './origin.ts';

/** One request on its way through the proxy, or to a stream of trade updates. */
export interface Visit {
  readonly api: Api;
  /** The raw request-target. */
  readonly target: string;
  readonly requestId: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path template, once it is known. */
  route?: string;
  /** What came of it, once there is something to say. */
  outcome?: { ending: string; upstreamRequestId?: string | undefined };
}

/** What the log says of a visit: the template and never the URL, which holds ids and symbols; no header, no body. */
export function visitLine(visit: Visit): Report {
  const { api, requestId, startedAt, request, response, route, outcome } = visit;
  return {
    event: 'request',
    method: request.method,
    route,
    environment: api,
    // nginx's 499: the client left before there was an answer.
    status: response.headersSent ? response.statusCode : 499,
    ms: Math.round(performance.now() - startedAt),
    requestId,
    upstreamRequestId: outcome?.upstreamRequestId,
    ending: outcome?.ending,
  };
}

export interface VisitSurroundings {
  guard: OriginGuard;
  log: Logger;
  /** What the log calls a visit that went well. */
  done: string;
}

/** Runs `answer`, turns what it throws into an error body that the page can read, and logs one line. Never rejects. */
export async function serveVisit(
  visit: Visit,
  { guard, log, done }: VisitSurroundings,
  answer: (visit: Visit) => Promise<void>,
): Promise<void> {
  try {
    await answer(visit);
    report(log, 'info', visitLine(visit), done);
  } catch (error) {
    refuse(visit, guard, error);
    reportRefusal(visit, log, error);
  }
}

function refuse({ request, response, requestId }: Visit, guard: OriginGuard, error: unknown): void {
  if (!response.headersSent) {
    for (const [name, value] of Object.entries(guard.corsHeaders(request))) response.setHeader(name, value);
    // What is left of a refused body must not be read as the next request.
    if (hasPendingBody(request)) response.setHeader('Connection', 'close');
  }
  sendError(response, error, requestId);
}

function reportRefusal(visit: Visit, log: Logger, error: unknown): void {
  const line = visitLine(visit);
  if (error instanceof PublicError && error.status < 500)
    report(log, 'info', { ...line, code: error.code }, 'refused');
  else report(log, 'error', { ...line, error }, 'failed');
}

function hasPendingBody({ headers, complete }: IncomingMessage): boolean {
  return !complete && (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined);
}

/**
 * How browsers say that they ask ahead of the person: `Sec-Purpose` of the Fetch standard (`prefetch`, or
 * `prefetch;prerender` for speculation rules), and its older names in Chromium, Firefox and Safari.
 */
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const SPECULATIVE = /prefetch|prerender|preview/i;

/**
 * Whether a person goes to this page now. It is no picture, script, frame or `fetch()` (only navigations have the
 * destination `document`), no HEAD, and nothing that a browser fetches for somebody who may never come: any page can make
 * it do that, with any address. Headers that a browser does not send decide nothing.
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
 * Lets only what a person opens as a page pass. Otherwise a hostile page could use up the attempts of everybody who
 * looks at it. Browsers discard a prefetch or prerender that was refused, and ask again when the person really comes.
 *
 * @throws PublicError 400 `bad_request`
 */
export const demandNavigation: RequestHandler = (request, _response, next) => {
  if (isPersonNavigation(request)) return next();
  throw new PublicError(400, 'bad_request', 'This is a page. Press the connect button to open it.');
};

/**
 * The headers of every JSON answer: never cached, never rendered, readable only by pages on the allow-list.
 * (The pages of the popup set their own: see pages/popup-page.ts.)
 */
export function apiHeaders(guard: OriginGuard): RequestHandler[] {
  const harden = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // Whether a whole host and its subdomains are https for a year is for its owner to say, not for a router on it.
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
