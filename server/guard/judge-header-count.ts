import type { IncomingMessage } from 'node:http';
import { PublicError } from '../errors/public-error.ts';

/**
 * Node does not refuse headers beyond `maxHeadersCount`: it hides them, so that the rest of the server would judge
 * another request than the one that was sent.
 * @param most Has to be less than the server's `maxHeadersCount`.
 * @throws PublicError 431 `bad_request`
 */
export function judgeHeaderCount({ rawHeaders }: IncomingMessage, most: number): void {
  if (rawHeaders.length <= 2 * most) return;
  throw new PublicError(431, 'bad_request', `The request has too many headers. Send at most ${most}.`, {
    // What is left of the request must not be read as the next one.
    headers: { Connection: 'close' },
  });
}
