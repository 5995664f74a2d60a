import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { apiUrls } from './config.ts';
import type { ConnectionsAnswer, Environment } from './contract.ts';
import { PublicError } from './http/errors.ts';
import { report, requestIdOf } from './http/log.ts';
import { originNotAllowed } from './http/origin.ts';
import { callerOf } from './http/page-request.ts';
import { ServerConnection } from './server-connection.ts';
import type { Service } from './service.ts';
import { notConnected } from './session/choose-connection.ts';
import { publicConnection } from './stored-connection.ts';
import { assertCurrentRules } from './trading-rules.ts';

/** `GET /connections`: what this server offers and what this browser has connected. */
export function listConnections({ configuration, sessions }: Service): RequestHandler {
  const { appName, environments, scopes, disclosure, appUrl, returnPages } = configuration;
  return (request, response) => {
    const { origin } = callerOf(request);
    const answer: ConnectionsAnswer = {
      app: appName,
      environments: [...environments],
      scopes: [...scopes],
      disclosure,
      appUrl,
      // Which pages other sites have is not for this one to know.
      returnPages: returnPages.filter((page) => new URL(page).origin === origin),
      connections: sessions.connections(request).map(publicConnection),
    };
    response.json(answer);
  };
}

/** `DELETE /connections/:environment`: forgets the token and ends its streams. Idempotent: 204 whether there was one or not. */
export function disconnect({ sessions, tradeUpdates, hooks, log }: Service): RequestHandler {
  return async (request, response) => {
    const { environment } = request.params;
    if (environment !== 'paper' && environment !== 'live') {
      throw new PublicError(404, 'not_found', 'There are connections of paper and live.');
    }
    const removed = await sessions.disconnect(request, response, environment);
    if (removed) {
      tradeUpdates.end(removed.id, notConnected(environment));
      report(log, 'info', { event: 'disconnected', environment, requestId: requestIdOf(response) });
      await hooks.ended([removed], 'disconnected');
    }
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
 * @throws PublicError 403 `origin_not_allowed` or `live_not_allowed`, 500 when `getUser` fails, 503 when the store does.
 */
export async function connectionOf(
  { configuration, guard, sessions, tokenCheck }: Service,
  request: IncomingMessage,
  environment: Environment,
): Promise<ServerConnection | undefined> {
  const { origin } = request.headers;
  if (origin !== undefined && !guard.allows(origin)) throw originNotAllowed(origin);
  if (!configuration.environments.includes(environment)) return undefined;
  const open = await sessions.open(request);
  const stored = open?.connections.find((each) => each.environment === environment);
  if (open === undefined || stored === undefined || stored.revokedAt !== undefined) return undefined;
  assertCurrentRules(configuration, stored, 'none');
  await sessions.touch(open);
  const urls = apiUrls(configuration);
  return new ServerConnection({
    connection: publicConnection(stored),
    accessToken: stored.accessToken,
    tradingUrl: baseOf(urls[environment]),
    dataUrl: baseOf(urls.data),
    async markRevoked() {
      const isRevoked = (await tokenCheck.verdict(stored)) === 'revoked';
      if (isRevoked) await sessions.markRevoked(open, stored.id);
      return isRevoked;
    },
  });
}

function baseOf({ href }: URL): string {
  return href.replace(/\/$/, '');
}
