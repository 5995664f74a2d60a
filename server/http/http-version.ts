import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { PublicError } from './errors.ts';

/**
 * Whether the request line names HTTP/1.0 or HTTP/1.1 (RFC 9112 section 2.3). Node's parser also takes `HTTP/2.0`, and calls
 * a line without a version 0.9. Such a line may end in a bare LF, so that a proxy in front reads another path or other headers.
 */
export function isHttp1({ httpVersion }: Pick<IncomingMessage, 'httpVersion'>): boolean {
  return httpVersion === '1.1' || httpVersion === '1.0';
}

/**
 * Asserts HTTP/1. What the client of another version sends next is not served: it may be no request of its own.
 *
 * @throws PublicError 400 `bad_request`
 */
export const requireHttp1: RequestHandler = (request, _response, next) => {
  if (isHttp1(request)) return next();
  throw new PublicError(
    400,
    'bad_request',
    'The request line has to end with HTTP/1.1 or HTTP/1.0, and CR and LF. Send the request again like that.',
    { headers: { Connection: 'close' } },
  );
};
