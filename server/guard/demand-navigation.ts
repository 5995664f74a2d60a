import type { RequestHandler } from 'express';
import { PublicError } from '../errors/public-error.ts';

/**
 * Lets only what a person opens as a page pass. Otherwise pictures on a hostile page, whose addresses are that of the launch
 * page, would use up the attempts of everybody who looks at it. Browsers that send no Fetch Metadata are let in.
 *
 * @throws PublicError 400 `bad_request`
 */
export const demandNavigation: RequestHandler = ({ headers }, _response, next) => {
  const destination = headers['sec-fetch-dest'] ?? 'document';
  if (destination === 'document') return next();
  throw new PublicError(400, 'bad_request', 'This is a page. Press the connect button to open it.');
};
