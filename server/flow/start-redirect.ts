import type { RequestHandler } from 'express';
import { PublicError } from '../errors/public-error.ts';
import { requestIdOf } from '../log/name-request.ts';
import { report } from '../log/report.ts';
import type { Service } from '../service.ts';
import { AttemptTerms } from './attempt-terms.ts';
import { authorizationUrl } from './authorization-url.ts';
import { newGrant, Refusal } from './grant.ts';
import { assertOffered, newAttempt } from './new-attempt.ts';
import { returnAddress } from './return-address.ts';
import { returnGrant } from './return-grant.ts';
import { seeOther } from './see-other.ts';

const UNUSABLE =
  'This address cannot start a connection. Go back to the website and press its connect button. (Site owners: return_to has to be a page on an origin of EMBED_ORIGINS.)';

/**
 * `GET /launch?mode=redirect&return_to=…`: starts an attempt in the page's own tab (design, redirect mode). Anybody can
 * send a browser here; what comes of it reaches only an allowed page, and only a tab that keeps the verifier can use it.
 * What the server refuses is told on that page too, where the person started.
 */
export function startRedirect({
  configuration,
  guard,
  sealer,
  users,
  attemptCookies,
  pages,
  log,
}: Service): RequestHandler {
  return async (request, response, next) => {
    const { searchParams } = new URL(request.originalUrl, configuration.publicUrl);
    if (searchParams.get('mode') !== 'redirect') return next();
    const requestId = requestIdOf(response);
    const returnTo = returnAddress(searchParams.get('return_to') ?? '', guard);
    const terms = AttemptTerms.safeParse({
      environment: searchParams.get('environment'),
      scope: searchParams.get('scope') ?? undefined,
      codeChallenge: searchParams.get('code_challenge'),
    });
    if (returnTo === undefined || !terms.success) {
      report(log, 'warn', { event: 'launch_refused', requestId });
      pages.message.send(response, { status: 400, message: UNUSABLE });
      return;
    }
    const attempt = newAttempt(configuration, { ...terms.data, origin: returnTo.origin });
    try {
      assertOffered(configuration, attempt);
      attempt.user = await users.require(request);
    } catch (error) {
      const refusal = refusalFrom(error);
      report(log, 'warn', { event: 'launch_refused', code: refusal.code, requestId });
      returnGrant(response, sealer, newGrant(attempt, { refusal }), returnTo.href);
      return;
    }
    try {
      attemptCookies.set(request, response, { ...attempt, returnTo: returnTo.href });
    } catch (error) {
      if (!(error instanceof PublicError)) throw error;
      report(log, 'warn', { event: 'launch_refused', code: error.code, requestId });
      response.set(error.headers);
      pages.message.send(response, error);
      return;
    }
    report(log, 'info', { event: 'attempt_started', mode: 'redirect', requestId, origin: attempt.origin });
    seeOther(response, authorizationUrl(configuration, attempt).href);
  };
}

/** What a page may be told. A server that failed is no refusal, and throws on. */
function refusalFrom(error: unknown): Refusal {
  if (error instanceof PublicError && error.status < 500) {
    return Refusal.parse({ code: error.code, message: error.message });
  }
  throw error;
}
