import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { endAwayWith, listAway } from './away.ts';
import type { ConnectionsAnswer, Environment, Provider as PublicProvider } from './contract.ts';
import { PublicError } from './http/errors.ts';
import { report, requestIdOf } from './http/log.ts';
import { originNotAllowed } from './http/origin.ts';
import { callerOf } from './http/page-request.ts';
import { outdatedFinder, type Provider, providerIdOf } from './providers.ts';
import { type ServerConnection, serverConnection } from './server-connection.ts';
import type { Service } from './service.ts';
import { findConnection, namedConnection, notConnected } from './session/choose-connection.ts';
import type { OpenSession } from './session/connection-session.ts';
import { publicConnection, type StoredConnection } from './stored-connection.ts';
import { assertCurrentRules, providerOf, usableProviderOf } from './trading-rules.ts';

/** `GET /connections`: what this server offers and what this browser has connected. */
export function listConnections(service: Service): RequestHandler {
  const { configuration, sessions } = service;
  const { appName, environments, scopes, disclosure, appUrl, returnPages, connectionsPerSession, providers } =
    configuration;
  return async (request, response) => {
    const { origin } = callerOf(request);
    const answer: ConnectionsAnswer = {
      app: appName,
      environments: [...environments],
      scopes: [...scopes],
      disclosure,
      appUrl,
      // Which pages other sites have is not for this one to know.
      returnPages: returnPages.filter((page) => new URL(page).origin === origin),
      providers: providers.map(publicProvider),
      connectionsPerSession,
      connections: sessions.connections(request).map(publicConnection),
      ...(await listAway(service, sessions.user(request))),
    };
    response.json(answer);
  };
}

/** The part of a provider that a page needs. Built field by field, without addresses that scripts have no use for. */
function publicProvider({ id, name, environments, scopes, disclosure, manageUrl }: Provider): PublicProvider {
  return {
    id,
    name,
    environments: [...environments],
    scopes: [...scopes],
    ...(disclosure === undefined ? {} : { disclosure }),
    ...(manageUrl === undefined ? {} : { manageUrl }),
  };
}

const CONNECTION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `DELETE /connections/:which`: forgets the token of one connection, by its id, or of all of an environment, and ends their
 * streams and what the app may do with these accounts while the person is away. Idempotent: 204 whether there was one or not.
 */
export function disconnect(service: Service): RequestHandler {
  const { configuration, sessions, tokenRefresh, tradeUpdates, hooks, log } = service;
  const isOutdated = outdatedFinder(configuration.providers);

  /** The answer does not wait for it: what this server held is gone in any case. */
  function giveBack(connection: StoredConnection): void {
    if (connection.revokedAt !== undefined) return;
    const provider = configuration.providers.find(({ id }) => id === providerIdOf(connection));
    tokenRefresh
      .end(connection, isOutdated(connection) ? undefined : provider)
      .catch((error: unknown) =>
        report(log, 'warn', { event: 'token_not_revoked', provider: provider?.id, error }),
      );
  }

  return async (request, response) => {
    const which = String(request.params.which);
    const isEnvironment = which === 'paper' || which === 'live';
    if (!isEnvironment && !CONNECTION_ID.test(which)) {
      throw new PublicError(
        404,
        'not_found',
        'Name a connection by its id, or all of an environment by paper or live.',
      );
    }
    const isMeant = ({ id, environment }: StoredConnection) =>
      isEnvironment ? environment === which : id === which;
    const requestId = requestIdOf(response);
    // First: were it left over because the store failed, disconnecting again would find nothing that leads to it.
    const away = await endAwayWith(service, sessions.connections(request).filter(isMeant), requestId);
    const removed = await sessions.disconnect(request, response, isMeant);
    // One consent to paper and live gives both connections the same token.
    const inUse = new Set([...sessions.connections(request), ...away].map(({ accessToken }) => accessToken));
    for (const connection of removed) {
      const { id, environment, accessToken } = connection;
      if (!inUse.has(accessToken)) giveBack(connection);
      tradeUpdates.end(id, notConnected(environment));
      report(log, 'info', { event: 'disconnected', environment, connection: id, requestId });
    }
    await hooks.ended(removed, 'disconnected');
    response.status(204).end();
  };
}

/**
 * The connection that the person behind a request has to an environment, for a route of the app's own. Undefined when
 * they have none that Alpaca still accepts, or when this server does not offer the environment. It counts as use of the
 * session. The rules of today hold as they do in the proxy; which scopes the token has, is in `connection.scope`.
 *
 * The route is the app's own, and so is its defence against CSRF. Only what is certain is refused here: browsers name the
 * origin of every request that may change something, and one off the allow-list has no business with an account.
 *
 * @param named The id of the connection. Default: the one that the request names in `X-Alpaca-Connection`, or the only one.
 * @throws PublicError 403 `origin_not_allowed` or `live_not_allowed`, 409 `connection_ambiguous`, 500 when `getUser` fails,
 * 503 when the store does.
 */
export async function connectionOf(
  service: Service,
  request: IncomingMessage,
  environment: Environment,
  named = namedConnection(request),
): Promise<ServerConnection | undefined> {
  const { configuration, sessions } = service;
  const open = await openSession(service, request);
  // A caller without types may ask for anything.
  const isEnvironment = environment === 'paper' || environment === 'live';
  if (open === undefined || !isEnvironment) return undefined;
  const offered = open.connections.filter((each) => providerOf(configuration, each) !== undefined);
  const stored = findConnection(offered, environment, named);
  if (stored === undefined || stored.revokedAt !== undefined) return undefined;
  const provider = providerOf(configuration, stored);
  if (provider === undefined) return undefined;
  assertCurrentRules(provider, stored, 'none');
  await sessions.touch(open);
  const fresh = await freshOf(service, open, stored);
  return fresh && serverConnectionOf(service, open, fresh, provider);
}

/** With a token that is good for a while. Undefined when its provider turns out to have ended it. */
async function freshOf(
  { tokenRefresh }: Service,
  open: OpenSession,
  stored: StoredConnection,
): Promise<StoredConnection | undefined> {
  if (stored.renewal === undefined) return stored;
  return tokenRefresh.fresh(open, stored).catch((error: unknown) => {
    if (error instanceof PublicError && error.status === 401) return undefined;
    throw error;
  });
}

/**
 * All connections of the person behind a request that `connectionOf()` would give, one by one, by their ids. Those that the
 * rules of today refuse are left out.
 */
export async function connectionsOf(service: Service, request: IncomingMessage): Promise<ServerConnection[]> {
  const { configuration, sessions } = service;
  const open = await openSession(service, request);
  if (open === undefined) return [];
  await sessions.touch(open);
  const given = open.connections.map(async (stored) => {
    const provider = usableProviderOf(configuration, stored);
    const fresh = provider && (await freshOf(service, open, stored));
    return fresh ? [serverConnectionOf(service, open, fresh, provider)] : [];
  });
  return (await Promise.all(given)).flat();
}

async function openSession(
  { guard, sessions }: Service,
  request: IncomingMessage,
): Promise<OpenSession | undefined> {
  const { origin } = request.headers;
  if (origin !== undefined && !guard.allows(origin)) throw originNotAllowed(origin);
  return sessions.open(request);
}

function serverConnectionOf(
  { sessions, tokenCheck, tokenRefresh }: Service,
  open: OpenSession,
  stored: StoredConnection,
  provider: Provider,
): ServerConnection {
  return serverConnection(stored, provider, {
    async markRevoked() {
      if ((await tokenCheck.verdict(stored)) !== 'revoked') return false;
      if (stored.renewal !== undefined) return (await tokenRefresh.renew(open, stored)) === 'revoked';
      await sessions.markRevoked(open, stored.id);
      return true;
    },
  });
}
