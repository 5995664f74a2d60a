import { PublicError } from '../errors/public-error.ts';

/** Everything is counted by the minute. A machine's clock that was set meanwhile must not send anybody away for longer. */
const LONGEST_WAIT = 60;

/**
 * 429: refused by a limit of this server, before anything was done.
 * @param what Of what there were too many, for example `attempts to connect`.
 * @param resetTime When the count begins anew.
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
