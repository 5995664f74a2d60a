import type {
  Api,
  Connection,
  ConnectionsAnswer,
  Environment,
  RequestedEnvironment,
} from '../server/contract.ts';

/** The connections that an element for `environment` shows. */
export function connectionsIn(
  answer: ConnectionsAnswer | undefined,
  environment: RequestedEnvironment,
): readonly Connection[] {
  const all = answer?.connections ?? [];
  return environment === 'both' ? all : all.filter((one) => one.environment === environment);
}

/** What an element that does nothing shows. Expired only when nothing else is left to work with. */
export function restingState(connections: readonly Connection[]): 'idle' | 'connected' | 'expired' {
  if (connections.length === 0) return 'idle';
  return connections.every(({ revokedAt }) => revokedAt !== undefined) ? 'expired' : 'connected';
}

/** The answer after these environments were disconnected. */
export function withoutConnections(
  answer: ConnectionsAnswer,
  environments: readonly Environment[],
): ConnectionsAnswer {
  return {
    ...answer,
    connections: answer.connections.filter((one) => !environments.includes(one.environment)),
  };
}

/** The answer after Alpaca refused a token at this API. Market data accepts the token of either environment. */
export function withRevokedConnections(answer: ConnectionsAnswer, api: Api): ConnectionsAnswer {
  const revokedAt = new Date().toISOString();
  const revoke = (one: Connection) =>
    api === 'data' || api === one.environment ? { revokedAt, ...one } : one;
  return { ...answer, connections: answer.connections.map(revoke) };
}
