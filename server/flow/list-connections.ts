import type { RequestHandler } from 'express';
import type { ConnectionsAnswer } from '../contract.ts';
import type { Service } from '../service.ts';
import { publicConnection } from '../session/stored-connection.ts';

/** `GET /connections`: what this server offers and what this browser has connected. */
export function listConnections({ configuration, guard, sessions }: Service): RequestHandler {
  const { appName, environments, scopes, disclosure, returnPages } = configuration;
  return (request, response) => {
    const { origin } = guard.check(request);
    const answer: ConnectionsAnswer = {
      app: appName,
      environments: [...environments],
      scopes: [...scopes],
      disclosure,
      // Which pages other sites have is none of this one's business.
      returnPages: returnPages.filter((page) => new URL(page).origin === origin),
      connections: sessions.connections(request).map(publicConnection),
    };
    response.json(answer);
  };
}
