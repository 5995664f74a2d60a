import type { Request, RequestHandler, Response } from 'express';
import * as oauth from 'oauth4webapi';
import type { Configuration } from '../configuration/configuration.ts';
import { requestIdOf } from '../log/name-request.ts';
import { report } from '../log/report.ts';
import type { Service } from '../service.ts';
import type { Attempt } from './attempt.ts';
import { authorizationServer, oauthClient } from './authorization-server.ts';
import { type Grant, newGrant, type Refusal, sealGrant } from './grant.ts';
import { returnGrant } from './return-grant.ts';

const ATTEMPT_UNKNOWN =
  'This connection was not started in this browser, or it is too old. Nothing was connected. Go back to the website and press its connect button again.';
const CONNECTING = 'Connecting your account…';

/**
 * `GET /callback`: where Alpaca sends the popup, or the tab, back to (design, step 5). Without the sealed cookie of this very
 * attempt it refuses: the state belongs to another browser, was used before, or was never ours.
 */
export function receiveCallback({
  configuration,
  sealer,
  attemptCookies,
  pages,
  log,
}: Service): RequestHandler {
  return (request, response) => {
    const requestId = requestIdOf(response);
    const parameters = new URL(request.originalUrl, configuration.publicUrl).searchParams;
    const attempt = takeAttempt(request, response, parameters);
    if (attempt === undefined) {
      report(log, 'warn', { event: 'callback_refused', requestId });
      pages.message.send(response, { status: 400, message: ATTEMPT_UNKNOWN });
      return;
    }
    const outcome = readOutcome(configuration, parameters, attempt);
    const refusal = 'refusal' in outcome ? outcome.refusal : undefined;
    const grant = newGrant(attempt, outcome);
    report(log, 'info', {
      event: refusal ? 'attempt_refused' : 'grant_sealed',
      code: refusal?.code,
      requestId,
    });
    if (attempt.returnTo !== undefined) {
      returnGrant(response, sealer, grant, attempt.returnTo);
      return;
    }
    pages.callback.send(response, {
      message: refusal?.message ?? CONNECTING,
      data: {
        origin: attempt.origin,
        mount: configuration.mountPath,
        attempt: grant.attempt,
        grant: sealGrant(sealer, grant),
        ...(refusal ? { error: refusal } : {}),
      },
    });
  };

  /** A refusal may lack `state` (alpaca.md, Authorize); it can end an attempt, but never complete one. */
  function takeAttempt(
    request: Request,
    response: Response,
    parameters: URLSearchParams,
  ): Attempt | undefined {
    const [state, ...others] = parameters.getAll('state');
    if (state !== undefined) {
      return others.length === 0 ? attemptCookies.take(request, response, state) : undefined;
    }
    return parameters.has('error') ? attemptCookies.takeOnly(request, response) : undefined;
  }
}

/** RFC 6749 section 4.1.2, RFC 9207: the library judges the authorization response. */
function readOutcome(
  configuration: Configuration,
  parameters: URLSearchParams,
  attempt: Attempt,
): Grant['outcome'] {
  if (parameters.has('error') && !parameters.has('state')) parameters.set('state', attempt.state);
  try {
    const valid = oauth.validateAuthResponse(
      authorizationServer(configuration),
      oauthClient(configuration),
      parameters,
      attempt.state,
    );
    // Parameters must not be repeated (RFC 6749 section 3.1): two codes are none.
    const [code, ...others] = valid.getAll('code');
    return code && others.length === 0 ? { code } : { refusal: refusalOf(undefined) };
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof oauth.AuthorizationResponseError && error.error === 'access_denied') {
    return { code: 'access_denied', message: 'You did not allow access at Alpaca. Nothing was connected.' };
  }
  return {
    code: 'provider_error',
    message: 'Alpaca could not complete the connection. Nothing was connected. Try again in a moment.',
  };
}
