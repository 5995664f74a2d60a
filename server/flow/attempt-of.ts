import type { Request } from 'express';
import { PublicError } from '../errors/public-error.ts';

const ATTEMPT = /^[\w-]{43}$/;

/** The `:attempt` of a mailbox route. */
export function attemptOf(request: Request): string {
  const attempt = request.params['attempt'];
  if (typeof attempt === 'string' && ATTEMPT.test(attempt)) return attempt;
  throw new PublicError(400, 'bad_request', 'The mailbox has to be named by its attempt.');
}
