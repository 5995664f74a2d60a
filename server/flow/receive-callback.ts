import type { Request, RequestHandler } from 'express';
import * as oauth from 'oauth4webapi';
import type { Configuration } from '../configuration/configuration.ts';
import { isPersonNavigation } from '../guard/demand-navigation.ts';
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
 * `GET /callback`: where Alpaca sends the popup, or the tab, back to. Without the sealed cookie of this very attempt it
 * refuses: the state belongs to another browser, or was never ours. Asking uses nothing up, because a person may reload, go
 * back, or be sent here twice: each time gets a grant, and the exchange uses the attempt once.
 */
export function receiveCallback({
  configuration,
  sealer,
  attemptCookies,
  pages,
  log,
}: Service): RequestHandler {
  return (request, response) => {
    // Not a success, so that no browser shows what it asked for ahead of the person in place of the real answer.
    if (!isPersonNavigation(request)) {
      response.set('Cache-Control', 'no-store');
      response.status(request.method === 'HEAD' ? 204 : 503).end();
      return;
    }
    const requestId = requestIdOf(response);
    const parameters = new URL(request.originalUrl, configuration.publicUrl).searchParams;
    const attempt = attemptOf(request, parameters);
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

  /** A refusal may lack `state`: it can end an attempt, but never complete one. */
  function attemptOf(request: Request, parameters: URLSearchParams): Attempt | undefined {
    const [state, ...others] = parameters.getAll('state');
    if (state !== undefined) return others.length === 0 ? attemptCookies.read(request, state) : undefined;
    return parameters.has('error') ? attemptCookies.readNewest(request) : undefined;
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
