import { hash, randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import type { Configuration } from './config.ts';
import {
  authorizationServer,
  authorizationUrl,
  findAccounts,
  isInvalidGrant,
  oauthClient,
  requestToken,
  type Token,
  type TokenRequest,
} from './connect/alpaca-oauth.ts';
import { type Attempt, AttemptTerms, assertAttemptOffered, newAttempt } from './connect/attempt.ts';
import { type Grant, newGrant, openGrant, provesGrant, type Refusal, sealGrant } from './connect/grant.ts';
import { returnGrant } from './connect/redirect.ts';
import { isSameSite } from './connect/same-site.ts';
import type {
  AttemptAnswer,
  AttemptRequest,
  ConnectedAccount,
  Environment,
  ExchangeRequest,
} from './contract.ts';
import { PublicError } from './http/errors.ts';
import { report, requestIdOf } from './http/log.ts';
import { originNotAllowed } from './http/origin.ts';
import { assertOwnPage, callerOf, isPersonNavigation, parseBody } from './http/page-request.ts';
import type { Service } from './service.ts';
import { steadyNow } from './session/steady-clock.ts';
import { publicConnection, type StoredConnection } from './stored-connection.ts';
import { enforceLiveRule, offeredEnvironments } from './trading-rules.ts';

/**
 * `GET /launch?origin=…`: the popup's first page (design, step 3). It talks to nobody but an opener of that origin, and
 * only an origin on the allow-list gets it at all.
 */
export function openLaunchPage({ configuration, guard, pages, log }: Service): RequestHandler {
  return (request, response) => {
    const { searchParams } = new URL(request.originalUrl, configuration.publicUrl);
    const origin = searchParams.get('origin') ?? '';
    if (!guard.allows(origin)) {
      const { status, code, message } = originNotAllowed(origin);
      report(log, 'warn', { event: 'launch_refused', code, requestId: requestIdOf(response) });
      pages.message.send(response, { status, message });
      return;
    }
    pages.launch.send(response, {
      message: 'Opening Alpaca…',
      data: { origin, mount: configuration.mountPath, sameSite: isSameSite(request) },
    });
  };
}

const AttemptBody = z.strictObject({
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
    assertOwnPage(request, configuration);
    const body: AttemptRequest = parseBody(AttemptBody, request);
    if (!guard.allows(body.origin)) throw originNotAllowed(body.origin);
    const user = await users.require(request);
    const attempt = { ...newAttempt(configuration, body), user };
    assertAttemptOffered(configuration, attempt);
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

const ExchangeBody = z.strictObject({
  code: z.string().min(1).max(8_192),
  /** RFC 7636 section 4.1. */
  codeVerifier: z.string().regex(/^[\w.~-]{43,128}$/),
});

/**
 * `POST /connections`: the page trades its grant for a connection. Every check comes before the token call, the token call
 * happens once per attempt, and nothing is stored unless everything succeeded.
 */
export function exchangeGrant({
  configuration,
  sealer,
  records,
  sessions,
  users,
  attemptCookies,
  tradeUpdates,
  hooks,
  log,
}: Service): RequestHandler {
  return async (request, response) => {
    const caller = callerOf(request);
    const body: ExchangeRequest = parseBody(ExchangeBody, request);
    const user = await users.require(request);
    const grant = acceptGrant(openGrant(sealer, body.code), caller.origin, body.codeVerifier);
    if (grant.user !== user) throw startedBySomebodyElse();
    const code = codeOf(grant);
    if (grant.sameSite && !attemptCookies.read(request, grant.state)) throw await withoutCookie(grant);
    const environments = offeredEnvironments(configuration, grant.environment);
    sessions.assertCookieCanBeSet(request);
    await claimTokenCall(grant, code);

    const token = await callForToken(grant, { ...grant, code, codeVerifier: body.codeVerifier });
    const accounts = await findAccounts(configuration, environments, token.accessToken);
    const live = accounts.get('live');
    if (live) enforceLiveRule(configuration, live);
    const connections = newConnections(accounts, token, user);
    const [first] = connections;
    if (first === undefined) throw noAccount(grant);

    const { crossSite } = caller;
    const replaced = await sessions.establish(request, connections, { crossSite });
    attemptCookies.forget(response, grant.state);
    for (const { id } of replaced) tradeUpdates.end(id);
    report(log, 'info', {
      event: 'connected',
      requestId: requestIdOf(response),
      environments: connections.map((connection) => connection.environment),
      origin: caller.origin,
    });
    // In this order: an app that keeps one row for a person and environment would delete the new one.
    await hooks.ended(replaced, 'replaced');
    await hooks.connected(connections);
    // With `both` this is the paper connection, or the only one; GET /connections lists all.
    response.status(201).json(publicConnection(first));
  };

  /**
   * One attempt, one token call, however many grants it got, posts arrive at once, and servers there are. A provider that
   * redirects twice may have made the first of its two codes void: after that, one other code of the attempt may be tried.
   */
  async function claimTokenCall({ attempt, attemptEnds }: Grant, code: string): Promise<void> {
    if (await records.claim('grant', attempt, attemptEnds)) return;
    const refused = (await records.read('grant', refusedCode(attempt)))?.value;
    const isOther = refused !== undefined && refused !== hash('sha256', code);
    if (isOther && (await records.claim('grant', `${attempt}:second`, attemptEnds))) return;
    throw alreadyCompleted();
  }

  /** The browser of a completed attempt has forgotten its cookie too. */
  async function withoutCookie({ attempt }: Grant): Promise<PublicError> {
    return (await records.read('grant', attempt)) ? alreadyCompleted() : startedInAnotherBrowser();
  }

  /** Asks Alpaca, and remembers which code it did not know. */
  async function callForToken({ attempt, attemptEnds }: Grant, wanted: TokenRequest): Promise<Token> {
    try {
      return await requestToken(configuration, wanted);
    } catch (error) {
      if (isInvalidGrant(error)) {
        await records.put('grant', refusedCode(attempt), hash('sha256', wanted.code), attemptEnds);
      }
      throw error;
    }
  }
}

function alreadyCompleted(): PublicError {
  return new PublicError(
    409,
    'exchange_failed',
    'This connection was already completed. Nothing was connected twice. Reload the page; if it shows no account, connect again.',
  );
}

function refusedCode(attempt: string): string {
  return `${attempt}:refused`;
}

/** Only the page that started the attempt, at its own origin and with its own verifier, may use the grant. */
function acceptGrant(grant: Grant | undefined, origin: string, codeVerifier: string): Grant {
  if (grant === undefined) {
    throw new PublicError(
      400,
      'exchange_failed',
      'This is not a grant of this server. Press the connect button again.',
    );
  }
  if (grant.origin !== origin) {
    throw new PublicError(
      403,
      'origin_not_allowed',
      'This grant belongs to a page of another site. Press the connect button again.',
    );
  }
  if (!provesGrant(grant, codeVerifier)) {
    throw new PublicError(
      403,
      'exchange_failed',
      'This grant belongs to another attempt. Press the connect button again.',
    );
  }
  if (grant.expires <= steadyNow()) {
    throw new PublicError(
      410,
      'attempt_expired',
      'This attempt took too long and has expired. Press the connect button again.',
    );
  }
  return grant;
}

/**
 * A grant that somebody carried elsewhere. Or a browser without cookies for this site, which would not keep the session
 * either: a page in a frame of another site is in the same place.
 */
function startedInAnotherBrowser(): PublicError {
  return new PublicError(
    403,
    'cookies_blocked',
    'This connection was started in another browser, or this one sends no cookies from this page. Nothing was connected. Allow cookies for this site, open the page in a tab of its own, and press the connect button again.',
  );
}

/** "Cross-user session fixation" of the RFC 9700 update: PKCE and a sealed cookie cannot see who signed out in between. */
function startedBySomebodyElse(): PublicError {
  return new PublicError(
    403,
    'exchange_failed',
    'This connection was started by somebody who is no longer signed in here. Nothing was connected. Press the connect button again.',
  );
}

function codeOf({ outcome }: Grant): string {
  if ('code' in outcome) return outcome.code;
  throw new PublicError(403, outcome.refusal.code, outcome.refusal.message);
}

function newConnections(
  accounts: Map<Environment, ConnectedAccount>,
  token: Token,
  user: string | undefined,
): StoredConnection[] {
  const connectedAt = new Date().toISOString();
  return [...accounts].map(([environment, account]) => ({
    id: randomUUID(),
    user,
    environment,
    account,
    scope: token.scope,
    connectedAt,
    accessToken: token.accessToken,
  }));
}

function noAccount({ environment }: Grant): PublicError {
  const wanted = environment === 'both' ? 'an account' : `a ${environment} account`;
  return new PublicError(
    502,
    'exchange_failed',
    `Alpaca did not give access to ${wanted}. Nothing was connected. Connect again and choose ${wanted} at Alpaca.`,
  );
}
