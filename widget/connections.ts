import type { Connection, ConnectionsAnswer, Environment, RequestedEnvironment } from '../server/contract.ts';

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
