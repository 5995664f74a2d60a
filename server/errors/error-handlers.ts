import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { requestIdOf } from '../log/name-request.ts';
import { report } from '../log/report.ts';
import { PublicError } from './public-error.ts';
import { sendError } from './send-error.ts';

export const routeNotFound: RequestHandler = () => {
  throw new PublicError(
    404,
    'not_found',
    'There is nothing here. The README lists the routes of this server.',
  );
};

export function methodNotAllowed(allowed: string): RequestHandler {
  return () => {
    throw new PublicError(405, 'method_not_allowed', `This route answers ${allowed} only.`, {
      headers: { Allow: allowed },
    });
  };
}

/** The last resort of every Express route: logs what happened and answers in the one shape (OWASP ASVS 16.5.4). */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const known = publicErrorOf(error);
    const requestId = requestIdOf(response);
    const level = known.status >= 500 ? 'error' : 'warn';
    report(log, level, { event: 'request_refused', code: known.code, requestId, error }, known.message);
    sendError(response, known, requestId);
  };
}

/** Express and its body parser throw errors of their own; each is a client's mistake with a `status`. */
function publicErrorOf(error: unknown): PublicError {
  if (error instanceof PublicError) return error;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) {
    return new PublicError(413, 'body_too_large', 'The body is too large: at most 16 KiB here.', {
      cause: error,
    });
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new PublicError(
      400,
      'bad_request',
      'The request cannot be read. Send a JSON body and a plain path.',
      {
        cause: error,
      },
    );
  }
  return new PublicError(500, 'internal', 'Something went wrong on the server. Try again in a moment.', {
    cause: error,
  });
}
