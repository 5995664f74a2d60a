import { PublicError } from '../errors/public-error.ts';

/**
 * What every failure of the store becomes. A store that fails is never read as "nobody is connected".
 * @param cause Private: for the log.
 */
export function sessionStoreUnavailable(cause: unknown): PublicError {
  return new PublicError(
    503,
    'session_store_unavailable',
    'The server cannot reach its session store right now. Try again in a moment.',
    { cause },
  );
}
