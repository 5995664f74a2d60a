/**
 * How a person connects an account, in four requests: the popup opens the launch page, which starts an attempt and goes to
 * Alpaca; Alpaca sends the popup back to the callback, which gets a grant and hands it to the page; the page exchanges it.
 * Redirect mode has another beginning, `startRedirect()`, and the same end.
 */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import {
  authorizationUrl,
  findAccounts,
  isInvalidGrant,
  requestToken,
  type Token,
} from './connect/alpaca-oauth.ts';
import { type Attempt, AttemptTerms, assertAttemptOffered, newAttempt } from './connect/attempt.ts';
import { readAuthorizationResponse } from './connect/authorization-response.ts';
import {
  assertGrantOf,
  CodeVerifier,
  type Grant,
  newGrant,
  openGrant,
  SealedGrant,
  sealGrant,
  TokenCalls,
} from './connect/grant.ts';
import { returnGrant } from './connect/redirect.ts';
import { noAccount, startedBySomebodyElse, startedInAnotherBrowser } from './connect/refusals.ts';
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
import { publicConnection, type StoredConnection } from './stored-connection.ts';
import { assertLiveAllowed, offeredEnvironments } from './trading-rules.ts';

/**
 * 1. `GET /launch?origin=…`: the popup's first page. It talks to nobody but an opener of that origin, and only an origin on
 * the allow-list gets it at all.
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
 * 2. `POST /attempts`: the launch page, a script of this server's own origin, starts an attempt. Seals what the callback will
 * need into a cookie of this browser, and answers the address at Alpaca to which the popup goes next.
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
      disclosure: body.disclosure,
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
 * 3. `GET /callback`: where Alpaca sends the popup, or the tab, back to. Without the sealed cookie of this very attempt it
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
    const { outcome, fault } = readAuthorizationResponse(configuration, parameters, attempt);
    const refusal = 'refusal' in outcome ? outcome.refusal : undefined;
    const grant = newGrant(attempt, outcome);
    const event = refusal ? 'attempt_refused' : 'grant_sealed';
    const line = { event, code: refusal?.code, ...fault?.fields, requestId } as const;
    report(log, fault ? 'warn' : 'info', line, fault?.sentence);
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

const ExchangeBody = z.strictObject({ code: SealedGrant, codeVerifier: CodeVerifier });

/**
 * 4. `POST /connections`: the page trades its grant for a connection. Every check comes before the token call, the token call
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
  const tokenCalls = new TokenCalls(records);

  return async (request, response) => {
    const { origin, crossSite } = callerOf(request);
    const { code: sealed, codeVerifier }: ExchangeRequest = parseBody(ExchangeBody, request);
    const user = await users.require(request);
    const grant = openGrant(sealer, sealed);
    assertGrantOf(grant, { origin, codeVerifier });
    if (grant.user !== user) throw startedBySomebodyElse();
    const code = codeOf(grant);
    if (grant.sameSite && !attemptCookies.read(request, grant.state)) {
      // The browser of a completed attempt has forgotten its cookie too.
      await tokenCalls.assertNotClaimed(grant);
      throw startedInAnotherBrowser();
    }
    const environments = offeredEnvironments(configuration, grant.environment);
    sessions.assertCookieCanBeSet(request);
    await tokenCalls.claim(grant, code);

    const token = await callForToken(grant, code, codeVerifier);
    const accounts = await findAccounts(configuration, environments, token.accessToken);
    const live = accounts.get('live');
    if (live) assertLiveAllowed(configuration, live);
    const connections = newConnections(accounts, token, user);
    const [first] = connections;
    if (first === undefined) throw noAccount(grant.environment);

    const replaced = await sessions.establish(request, connections, { crossSite });
    attemptCookies.forget(response, grant.state);
    for (const { id } of replaced) tradeUpdates.end(id);
    report(log, 'info', {
      event: 'connected',
      requestId: requestIdOf(response),
      environments: connections.map((connection) => connection.environment),
      origin,
    });
    // In this order: an app that keeps one row for a person and environment would delete the new one.
    await hooks.ended(replaced, 'replaced');
    await hooks.connected(connections);
    // With `both` this is the paper connection, or the only one; GET /connections lists all.
    response.status(201).json(publicConnection(first));
  };

  async function callForToken(grant: Grant, code: string, codeVerifier: string): Promise<Token> {
    try {
      return await requestToken(configuration, { ...grant, code, codeVerifier });
    } catch (error) {
      if (isInvalidGrant(error)) await tokenCalls.noteRefused(grant, code);
      throw error;
    }
  }
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
