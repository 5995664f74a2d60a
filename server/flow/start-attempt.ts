import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { AttemptAnswer, AttemptRequest } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import { originNotAllowed } from '../guard/origin-not-allowed.ts';
import { requestIdOf } from '../log/name-request.ts';
import { report } from '../log/report.ts';
import type { Service } from '../service.ts';
import { AttemptTerms } from './attempt-terms.ts';
import { authorizationUrl } from './authorization-url.ts';
import { assertOffered, newAttempt } from './new-attempt.ts';
import { parseBody } from './parse-body.ts';

const Body = z.strictObject({
  ...AttemptTerms.shape,
  origin: z.string().max(300),
  sameSite: z.boolean().optional(),
});

/**
 * `POST /attempts`: the launch page, a script of this server's own origin, starts an attempt (design, step 3).
 * Answers the authorization URL and seals what the callback will need into a cookie of this browser.
 */
export function startAttempt({ configuration, guard, users, attemptCookies, log }: Service): RequestHandler {
  return async (request, response) => {
    if (guard.check(request).origin !== configuration.publicUrl.origin) {
      throw new PublicError(
        403,
        'origin_not_allowed',
        'Only the launch page of this server can start an attempt.',
      );
    }
    const body: AttemptRequest = parseBody(Body, request);
    if (!guard.allows(body.origin)) throw originNotAllowed(body.origin);
    const user = await users.require(request);
    const attempt = { ...newAttempt(configuration, body), user };
    assertOffered(configuration, attempt);
    attemptCookies.set(request, response, attempt);
    report(log, 'info', {
      event: 'attempt_started',
      requestId: requestIdOf(response),
      origin: attempt.origin,
    });
    const answer: AttemptAnswer = {
      authorizationUrl: authorizationUrl(configuration, attempt).href,
      state: attempt.state,
    };
    response.json(answer);
  };
}
