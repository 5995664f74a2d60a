import type { RequestHandler } from 'express';
import { PublicError } from '../errors/public-error.ts';

/**
 * Lets only the origin form pass (RFC 9112 section 3.2.1). Express finds a route for `http://any:99999/alpaca/callback` by
 * its path; whoever then parses the whole of it gets an exception, or a host that somebody made up.
 *
 * @throws PublicError 400 `bad_path`
 */
export const demandOriginForm: RequestHandler = (request, _response, next) => {
  if (request.originalUrl.startsWith('/')) return next();
  throw new PublicError(
    400,
    'bad_path',
    'Send the path alone, starting with "/", and the host in the Host header.',
  );
};
