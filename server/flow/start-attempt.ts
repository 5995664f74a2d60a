import type { RequestHandler } from 'express';
import { z } from 'zod';
import { type Configuration, redirectUri } from '../configuration/configuration.ts';
import type { AttemptAnswer, AttemptRequest } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import type { Service } from '../service.ts';
import { ATTEMPT_LIFETIME, type Attempt, newState } from './attempt.ts';
import { offeredEnvironments } from './live-trading-rule.ts';
import { originNotAllowed } from './origin-not-allowed.ts';
import { parseBody } from './parse-body.ts';

const Body = z.strictObject({
  environment: z.enum(['paper', 'live', 'both']),
  scope: z.string().max(200).optional(),
  codeChallenge: z.string().regex(/^[\w-]{43}$/),
  origin: z.string().max(300),
});

/**
 * `POST /attempts`: the launch page, and only it, starts an attempt (design, step 3).
 * Answers the authorization URL and seals what the callback will need into a cookie of this browser.
 */
export function startAttempt({ configuration, guard, attemptCookies, log }: Service): RequestHandler {
  return (request, response) => {
    if (guard.check(request).origin !== configuration.publicUrl.origin) {
      throw new PublicError(
        403,
        'origin_not_allowed',
        'Only the launch page of this server can start an attempt.',
      );
    }
    const body: AttemptRequest = parseBody(Body, request);
    if (!guard.allows(body.origin)) throw originNotAllowed(body.origin);
    offeredEnvironments(configuration, body.environment);

    const attempt: Attempt = {
      state: newState(),
      codeChallenge: body.codeChallenge,
      environment: body.environment,
      scope: requestedScope(configuration, body.scope),
      origin: body.origin,
      redirectUri: redirectUri(configuration),
      expires: Date.now() + ATTEMPT_LIFETIME,
    };
    attemptCookies.set(request, response, attempt);
    log.info({ event: 'attempt_started', requestId: response.locals['requestId'], origin: attempt.origin });
    const answer: AttemptAnswer = {
      authorizationUrl: authorizationUrl(configuration, attempt).href,
      state: attempt.state,
    };
    response.json(answer);
  };
}

/** RFC 6749 section 4.1.1, with Alpaca's `env` (absent: the person chooses an account of each) and RFC 7636. */
function authorizationUrl(configuration: Configuration, attempt: Attempt): URL {
  const url = new URL(configuration.authorizeUrl);
  const { searchParams } = url;
  searchParams.set('response_type', 'code');
  searchParams.set('client_id', configuration.clientId);
  searchParams.set('redirect_uri', attempt.redirectUri);
  searchParams.set('state', attempt.state);
  if (attempt.scope !== '') searchParams.set('scope', attempt.scope);
  if (attempt.environment !== 'both') searchParams.set('env', attempt.environment);
  if (configuration.pkce) {
    searchParams.set('code_challenge', attempt.codeChallenge);
    searchParams.set('code_challenge_method', 'S256');
  }
  return url;
}

function requestedScope({ scopes }: Configuration, scope = scopes.join(' ')): string {
  const requested = [...new Set(scope.split(' ').filter((item) => item !== ''))];
  const refused = requested.filter((item) => !scopes.includes(item));
  if (refused.length > 0) {
    throw new PublicError(
      400,
      'config_invalid',
      `This site asked for a permission that its server does not offer. The site's owner has to add it to ALPACA_SCOPES or remove it from the button's scope attribute.`,
    );
  }
  return requested.join(' ');
}
