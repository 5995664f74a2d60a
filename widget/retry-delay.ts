const SHORTEST_MS = 1_000;
/** Also how long a connection has to hold before it counts as healthy. */
export const LONGEST_DELAY_MS = 30_000;
/** A page should not stay away longer whatever it is told; and a timer of more than 24 days would end at once. */
const LONGEST_ORDER_MS = 3_600_000;

/**
 * Milliseconds to wait before the next try: at random between 1 second and a limit that doubles with each failure, from 2 to
 * 30 seconds, so that the pages of a server that restarts do not all come back at once.
 *
 * @param failures How many tries in a row failed before this one.
 * @param retryAfter The server's `Retry-After` in seconds (RFC 9110 section 10.2.3), which comes on top, at most an hour.
 */
export function retryDelay(failures: number, retryAfter?: string | null): number {
  const limit = Math.min(LONGEST_DELAY_MS, 2 * SHORTEST_MS * 2 ** failures);
  const ordered = Math.min(LONGEST_ORDER_MS, Math.max(0, Number(retryAfter) * 1_000 || 0));
  return ordered + SHORTEST_MS + Math.round(Math.random() * (limit - SHORTEST_MS));
}

/** Ends early when the stream does. */
export function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, stopped.aborted ? 0 : milliseconds);
    stopped.addEventListener('abort', wake);
  });
}
