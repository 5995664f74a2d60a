/**
 * How a person connects an account, in four requests: the popup opens the launch page, which starts an attempt and goes to
 * Alpaca; Alpaca sends the popup back to the callback, which gets a grant and hands it to the page; the page exchanges it.
 * Redirect mode has another beginning, `startRedirect()`, and the same end.
 */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { assertAwayOffered, assertRoomForAway, keepAway } from './away.ts';
import type { Configuration } from './configuration.ts';
import { authorizationUrl, findAccounts, requestToken, type Token } from './connect/alpaca-oauth.ts';
import {
  type Attempt,
  assertAttemptOffered,
  attemptId,
  newAttempt,
  providerOfAttempt,
} from './connect/attempt.ts';
import { readAuthorizationResponse } from './connect/authorization-response.ts';
import { Exchanges } from './connect/exchange-once.ts';
import { assertGrantOf, type Grant, newGrant, openGrant, sealGrant } from './connect/grant.ts';
import { returnGrant } from './connect/redirect.ts';
import {
  alreadyCompleted,
  noAccount,
  providerChanged,
  startedBySomebodyElse,
  startedInAnotherBrowser,
} from './connect/refusals.ts';
import { isSameSite } from './connect/same-site.ts';
import type {
  AttemptAnswer,
  CallbackPageData,
  ConnectedAccount,
  Environment,
  LaunchPageData,
} from './contract.ts';
import { notFound, PublicError } from './http/errors.ts';
import { report, requestIdOf } from './http/log.ts';
import { originNotAllowed } from './http/origin.ts';
import { assertOwnPage, callerOf, isPersonNavigation, parseBody } from './http/page-request.ts';
import { ALPACA, destinationsOf, findProvider, type Provider, providerIdOf } from './providers.ts';
import { AttemptRequest, ExchangeRequest } from './schemas.ts';
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
      data: {
        origin,
        mount: configuration.mountPath,
        sameSite: isSameSite(request),
      } satisfies LaunchPageData,
    });
  };
}

/**
 * 2. `POST /attempts`: the launch page, a script of this server's own origin, starts an attempt. Seals what the callback will
 * need into a cookie of this browser, and answers the address at Alpaca to which the popup goes next.
 */
export function startAttempt(service: Service): RequestHandler {
  const { configuration, guard, users, attemptCookies, log } = service;
  return async (request, response) => {
    assertOwnPage(request, configuration);
    const body = parseBody(AttemptRequest, request);
    if (!guard.allows(body.origin)) throw originNotAllowed(body.origin);
    const user = await users.require(request);
    const attempt = { ...newAttempt(configuration, body), user };
    assertAttemptOffered(configuration, attempt);
    assertAwayOffered(service, body.away);
    attemptCookies.set(request, response, attempt);
    report(log, 'info', {
      event: 'attempt_started',
      requestId: requestIdOf(response),
      provider: attempt.provider,
      origin: attempt.origin,
      disclosure: body.disclosure,
    });
    const answer: AttemptAnswer = {
      authorizationUrl: authorizationUrl(findProvider(configuration.providers, attempt.provider), attempt)
        .href,
      state: attempt.state,
    };
    response.json(answer);
  };
}

const ATTEMPT_UNKNOWN =
  'This connection was not started in this browser, or it is too old. Nothing was connected. Go back to the website and press its connect button again.';
const ATTEMPT_COMPLETED =
  'This connection was already completed. Nothing was connected twice. Go back to the website; if it shows no account, connect again.';
const CONNECTING = 'Connecting your account…';

/**
 * 3. `GET /callback`, or `/callback/{provider}`: where a provider sends the popup, or the tab, back to. Each provider has its own
 * address, and completes no attempt of another one (RFC 9700 section 4.4). Without the sealed cookie of this very attempt it
 * refuses: the state belongs to another browser, or was never ours. Asking uses nothing up, because a person may reload, go
 * back, or be sent here twice: each time gets a grant, and the exchange uses the attempt once.
 */
export function receiveCallback({
  configuration,
  sealer,
  records,
  attemptCookies,
  pages,
  log,
}: Service): RequestHandler {
  const exchanges = new Exchanges(records);

  return async (request, response) => {
    // Not a success, so that no browser shows what it asked for ahead of the person in place of the real answer.
    if (!isPersonNavigation(request)) {
      response.set('Cache-Control', 'no-store');
      response.status(request.method === 'HEAD' ? 204 : 503).end();
      return;
    }
    const requestId = requestIdOf(response);
    const parameters = new URL(request.originalUrl, configuration.publicUrl).searchParams;
    const id = request.params['provider'] ?? ALPACA;
    if (!configuration.providers.some((provider) => provider.id === id)) throw notFound();
    const attempt = attemptOf(request, parameters);
    const provider = attempt && providerOfAttempt(configuration, attempt);
    if (attempt === undefined || provider?.id !== id) {
      report(log, 'warn', { event: 'callback_refused', requestId });
      const isCompleted = await exchanges.hasBegun({ attempt: attemptId(parameters.get('state') ?? '') });
      pages.message.send(response, {
        status: 400,
        message: isCompleted ? ATTEMPT_COMPLETED : ATTEMPT_UNKNOWN,
      });
      return;
    }
    const { outcome, fault } = readAuthorizationResponse(provider, parameters, attempt);
    const refusal = 'refusal' in outcome ? outcome.refusal : undefined;
    const grant = newGrant(attempt, outcome);
    const event = refusal ? 'attempt_refused' : 'grant_sealed';
    const line = { event, provider: id, code: refusal?.code, ...fault?.fields, requestId } as const;
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
      } satisfies CallbackPageData,
    });
  };

  /** A refusal may lack `state`: it can end an attempt, but never complete one. */
  function attemptOf(request: Request, parameters: URLSearchParams): Attempt | undefined {
    const [state, ...others] = parameters.getAll('state');
    if (state !== undefined) return others.length === 0 ? attemptCookies.read(request, state) : undefined;
    return parameters.has('error') ? attemptCookies.readNewest(request) : undefined;
  }
}

/**
 * 4. `POST /connections`: the page trades its grant for a connection. Every check comes before the token call, the exchange
 * happens once per attempt, and nothing is stored unless everything succeeded. A page whose answer was lost asks again and gets
 * the same connection, until its browser was seen with it.
 */
export function exchangeGrant(service: Service): RequestHandler {
  const { configuration, sealer, records, sessions, users, attemptCookies, stopping, log } = service;
  const exchanges = new Exchanges(records);

  return async (request, response) => {
    const { origin, crossSite } = callerOf(request);
    const { code: sealed, codeVerifier, keep = false } = parseBody(ExchangeRequest, request);
    const user = await users.require(request);
    const grant = openGrant(sealer, sealed);
    assertGrantOf(grant, { origin, codeVerifier });
    if (grant.user !== user) throw startedBySomebodyElse();
    const code = codeOf(grant);
    // The answer was lost after its cookie had arrived.
    const [own] = sessions.connections(request).filter(({ attempt }) => attempt === grant.attempt);
    if (own) {
      response.status(201).json(publicConnection(own));
      return;
    }
    if (grant.sameSite && !attemptCookies.read(request, grant.state)) {
      // The browser of a completed attempt has forgotten its cookie too.
      throw (await exchanges.hasBegun(grant)) ? alreadyCompleted() : startedInAnotherBrowser();
    }
    const provider = providerOfAttempt(configuration, grant);
    if (provider === undefined) throw providerChanged();
    const environments = offeredEnvironments(provider, grant.environment);
    sessions.assertCookieCanBeSet(request);
    assertRoom(configuration, sessions.connections(request), { provider, environments, keep });
    await assertRoomForAway(service, grant, environments.length);

    const connect = async () => {
      const token = await requestToken(provider, { ...grant, code, codeVerifier });
      const accounts = await findAccounts(provider, environments, token.accessToken);
      const live = accounts.get('live');
      if (live) assertLiveAllowed(provider, live);
      const connections = newConnections(provider, accounts, token, grant);
      if (connections.length === 0) throw noAccount(grant.environment, provider.name);
      const also = () => keepAway(service, grant, connections, requestIdOf(response));
      const session = await sessions.establish(request, connections, { crossSite, keep, also });
      report(log, 'info', {
        event: 'connected',
        requestId: requestIdOf(response),
        provider: provider.id,
        environments: connections.map((connection) => connection.environment),
        connections: connections.map(({ id }) => id),
        origin,
      });
      return { session, connections };
    };
    const isAwaited = () => !request.socket.destroyed && !stopping.signal.aborted;
    const { session, made } = await exchanges.once(grant, code, connect, isAwaited);
    const [first] = made ?? (await sessions.resume(request, session));
    if (first === undefined) throw alreadyCompleted();
    attemptCookies.forget(response, grant.state);
    // With `both` this is the paper connection, or the only one; GET /connections lists all.
    response.status(201).json(publicConnection(first));
  };
}

/**
 * Refuses before anything is spent what would be one connection too many. The account is not known yet, so that it counts as
 * another one, also when it should turn out to be connected already.
 * @throws PublicError 409 `too_many_connections`
 */
function assertRoom(
  { connectionsPerSession: most }: Configuration,
  connections: readonly StoredConnection[],
  {
    provider,
    environments,
    keep,
  }: { provider: Provider; environments: readonly Environment[]; keep: boolean },
): void {
  const goes = (connection: StoredConnection) =>
    !keep && providerIdOf(connection) === provider.id && environments.includes(connection.environment);
  const stay = connections.filter((each) => each.revokedAt === undefined && !goes(each));
  if (stay.length + environments.length <= most) return;
  throw new PublicError(
    409,
    'too_many_connections',
    `Only ${most} accounts can be connected at a time. Nothing was connected. Disconnect one that you no longer need, then connect again.`,
  );
}

function codeOf({ outcome }: Grant): string {
  if ('code' in outcome) return outcome.code;
  throw new PublicError(403, outcome.refusal.code, outcome.refusal.message);
}

function newConnections(
  provider: Provider,
  accounts: Map<Environment, ConnectedAccount>,
  token: Token,
  { user, attempt }: Grant,
): StoredConnection[] {
  const connectedAt = new Date().toISOString();
  return [...accounts].map(([environment, account]) => ({
    id: randomUUID(),
    provider: provider.id,
    destinations: destinationsOf(provider, environment),
    attempt,
    user,
    environment,
    account,
    connectedAt,
    ...token,
  }));
}
