import type { ServerResponse } from 'node:http';
import type { ErrorAnswer } from '../contract.ts';
import { PublicError } from './public-error.ts';

/**
 * The one writer of error bodies. Anything but a `PublicError` becomes a 500 that says nothing about its cause.
 * When the answer has already begun, the connection is destroyed: a truncated body must not look complete.
 */
export function sendError(response: ServerResponse, error: unknown, requestId: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof PublicError
      ? error
      : new PublicError(500, 'internal', 'Something went wrong on the server. Try again in a moment.');
  const answer: ErrorAnswer = { code: known.code, message: known.message, requestId };
  const body = JSON.stringify(answer);
  response.writeHead(known.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-ID': requestId,
    ...known.headers,
  });
  response.end(body);
}
