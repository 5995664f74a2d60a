import type { RequestHandler } from 'express';
import type { ConnectionsAnswer } from '../contract.ts';
import type { Service } from '../service.ts';
import { publicConnection } from '../session/stored-connection.ts';

/** `GET /connections`: what this server offers and what this browser has connected. */
export function listConnections({ configuration, sessions }: Service): RequestHandler {
  const { appName, environments, scopes, disclosure } = configuration;
  return (request, response) => {
    const answer: ConnectionsAnswer = {
      app: appName,
      environments: [...environments],
      scopes: [...scopes],
      disclosure,
      connections: sessions.connections(request).map(publicConnection),
    };
    response.json(answer);
  };
}
