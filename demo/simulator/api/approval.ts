import type { RequestHandler } from 'express';
import type { Api } from '../../../server/contract.ts';
import { ApiError } from './api-error.ts';

/** What Alpaca has granted the app beyond the scopes of its tokens. */
interface Approval {
  /** Whether it may trade in live accounts of other people. */
  readonly liveApproved: boolean;
  /** Whether it may read market data. */
  readonly dataLicensed: boolean;
}

/**
 * Refuses what Alpaca has not approved, as Alpaca does by its own numbering of errors: with a 401, though the token is
 * good. An app without approval may still read live accounts.
 */
export function requireApproval(api: Api, approval: Approval): RequestHandler {
  return function checkApproval(request, _response, next) {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const refused =
      api === 'data' ? !approval.dataLicensed : api === 'live' && !reads && !approval.liveApproved;
    if (refused) throw new ApiError(401, 40110000, 'token is not authorized for this scope');
    next();
  };
}
