import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { PublicError } from '../http/errors.ts';
import { report, requestIdOf } from '../http/log.ts';

type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'temporarily_unavailable'
  | 'server_error';

/** What the app's server is told (RFC 6749 section 5.2). The message is in English, for its developer. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly code: OAuthErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: OAuthErrorCode,
    message: string,
    { cause, headers = {} }: { cause?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** 503: nothing is known to be wrong with the request. */
export function unavailable(cause: unknown): OAuthError {
  return new OAuthError(
    503,
    'temporarily_unavailable',
    'This cannot be done right now. Try again in a moment.',
    {
      cause,
      headers: { 'Retry-After': '5' },
    },
  );
}

/** The last resort of the routes that apps' servers call. */
export function answerOAuthErrors(log: Logger): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const known = knownErrorOf(error);
    const { status, code, message, headers } = known;
    const line = {
      event: 'broker_token_refused',
      code,
      requestId: requestIdOf(response),
      error: known.cause,
    } as const;
    report(log, status < 500 ? 'warn' : 'error', line, message);
    response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache', ...headers });
    response.status(status).json({ error: code, error_description: message });
  };
}

/** A store that fails, a client that wants too much, and what Express' body parser throws are known, too. */
function knownErrorOf(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (error instanceof PublicError) {
    const { status, message, headers } = error;
    if (status === 429) return new OAuthError(429, 'temporarily_unavailable', message, { headers });
    if (status < 500) return new OAuthError(status, 'invalid_request', message, { headers });
    if (status === 503) return unavailable(error);
  }
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new OAuthError(400, 'invalid_request', 'The form cannot be read, or it is larger than 16 KiB.', {
      cause: error,
    });
  }
  return new OAuthError(500, 'server_error', 'Something went wrong on the server.', { cause: error });
}
