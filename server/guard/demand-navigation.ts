import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { PublicError } from '../errors/public-error.ts';

/**
 * How browsers say that they ask ahead of the person: `Sec-Purpose` of the Fetch standard (`prefetch`, or
 * `prefetch;prerender` for speculation rules), and its older names in Chromium, Firefox and Safari.
 */
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const SPECULATIVE = /prefetch|prerender|preview/i;

/**
 * Whether a person goes to this page now. It is no picture, script, frame or `fetch()` (only navigations have the
 * destination `document`), no HEAD, and nothing that a browser fetches for somebody who may never come: any page can make
 * it do that, with any address. Headers that a browser does not send decide nothing.
 */
export function isPersonNavigation({
  method,
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return (
    method === 'GET' &&
    (headers['sec-fetch-dest'] ?? 'document') === 'document' &&
    !PURPOSE_HEADERS.some((name) => SPECULATIVE.test(String(headers[name] ?? '')))
  );
}

/**
 * Lets only what a person opens as a page pass. Otherwise a hostile page could use up the attempts of everybody who
 * looks at it. Browsers discard a prefetch or prerender that was refused, and ask again when the person really comes.
 *
 * @throws PublicError 400 `bad_request`
 */
export const demandNavigation: RequestHandler = (request, _response, next) => {
  if (isPersonNavigation(request)) return next();
  throw new PublicError(400, 'bad_request', 'This is a page. Press the connect button to open it.');
};
