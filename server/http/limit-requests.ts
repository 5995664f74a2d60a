import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { type AugmentedRequest, rateLimit } from 'express-rate-limit';
import { type PublicError, rateLimited } from './errors.ts';
import { MinuteCounts } from './minute-counts.ts';

export interface RequestLimit {
  perMinute: number;
  /** What is counted, in the plural, for the sentence that refuses. */
  what: string;
  /** Requests with the same key share a count. */
  keyOf: (request: Request) => string;
  /** Requests that are not counted. Default: none. */
  skip?: (request: Request) => boolean;
  /** Answers instead of the error handlers. */
  refuse?: (refusal: PublicError, response: Response, next: NextFunction) => void;
}

const COUNT = 'alpacaConnectRate';

/**
 * Refuses with 429 `rate_limited` what comes too often. Counts live in this process's memory: two servers let twice as
 * much pass, and a restart forgets. A cloner who counts in a shared store puts it in the place of `MinuteCounts`.
 */
export function limitRequests({ perMinute, what, keyOf, skip, refuse }: RequestLimit): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    store: new MinuteCounts(),
    limit: perMinute,
    keyGenerator: keyOf,
    ...(skip ? { skip } : {}),
    requestPropertyName: COUNT,
    // X-RateLimit-* are the names of Alpaca's own limits, which the proxy passes on.
    legacyHeaders: false,
    // Who cannot be counted cannot connect. (The proxy lets them pass: for calls, Alpaca has a limit of its own.)
    passOnStoreError: false,
    handler(request, response, next) {
      const refusal = rateLimited(what, (request as AugmentedRequest)[COUNT]?.resetTime);
      if (refuse) refuse(refusal, response, next);
      else next(refusal);
    },
  });
}
