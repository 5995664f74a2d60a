import type { ServerResponse } from 'node:http';
import type { ErrorAnswer, ServerErrorCode } from '../contract.ts';
import { endWith } from './client-socket.ts';

/**
 * An error that a client may see: a stable code, a status, and a sentence that says what to do next.
 * The private cause goes to the log and never into an answer.
 */
export class PublicError extends Error {
  override readonly name = 'PublicError';
  readonly status: number;
  readonly code: ServerErrorCode;
  /** Extra response headers, for example `Allow` or `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ServerErrorCode,
    message: string,
    { cause, headers = {} }: { cause?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/**
 * 424 Failed Dependency (RFC 4918 section 11.4): what the routes of the connect flow answer when a call to Alpaca failed. A
 * gateway's 502 and 504 would fit, but edges such as Cloudflare replace an origin's by a page of their own without CORS, so
 * that the page learns nothing; every 4xx passes. Only the proxied APIs answer those two, as every gateway does.
 */
export const ALPACA_FAILED = 424;

/** Whether this is a refusal and no failure. So is a client that wants too much at once: a flood of these is none of errors. */
export function isRefusal(error: unknown): error is PublicError {
  return error instanceof PublicError && (error.status < 500 || error.code === 'overloaded');
}

/** What a client may see of an error: of anything but a `PublicError`, a 500 that says nothing about its cause. */
export function publicErrorOf(error: unknown): PublicError {
  if (error instanceof PublicError) return error;
  return new PublicError(500, 'internal', 'Something went wrong on the server. Try again in a moment.');
}

/**
 * The one writer of error bodies.
 * When the answer has already begun, its socket is destroyed: a truncated body must not look complete.
 */
export function sendError(response: ServerResponse, error: unknown, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = publicErrorOf(error);
  if (known.headers['Connection'] === 'close') endWith(response);
  const answer: ErrorAnswer = { code: known.code, message: known.message, requestId };
  const body = JSON.stringify(answer);
  response.writeHead(known.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none';frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-ID': requestId,
    ...known.headers,
  });
  response.end(body);
}

/** In seconds. Everything is counted by the minute; if the machine's clock was set meanwhile, nobody is told to wait longer. */
const LONGEST_WAIT = 60;

/**
 * 429: refused by a limit of this server, before anything was done.
 * @param what What there were too many of, for example `attempts to connect`.
 * @param resetTime When the count begins again.
 */
export function rateLimited(what: string, resetTime: Date | undefined): PublicError {
  const left = Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000);
  const seconds = Math.min(LONGEST_WAIT, Math.max(1, left));
  return new PublicError(
    429,
    'rate_limited',
    `Too many ${what}. Nothing was done. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    // RFC 9110 section 10.2.3; the guard lets pages of other origins read it.
    { headers: { 'Retry-After': String(seconds) } },
  );
}

/** 405, with the methods that the path takes (RFC 9110 section 10.2.1). */
export function methodNotAllowed(allow: string): PublicError {
  const message = `This path does not take that method. It takes ${allow}.`;
  return new PublicError(405, 'method_not_allowed', message, { headers: { Allow: allow } });
}

/** 404: no route has this path. */
export function notFound(): PublicError {
  return new PublicError(
    404,
    'not_found',
    'There is nothing here. The README lists the routes of this server.',
  );
}
