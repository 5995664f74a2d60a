import type { IncomingMessage } from 'node:http';
import type { Api, Environment } from '../contract.ts';
import type { StoredConnection } from '../session/stored-connection.ts';
import { chooseConnection, notConnected } from './choose-connection.ts';
import type { OperationScope } from './operations.ts';

/** The part of a session that a request to Alpaca needs. */
export interface OpenConnections {
  readonly connections: readonly StoredConnection[];
}

/** What decides which connection a request may use. `Open` is a session as `open` read it. */
export interface ConnectionRules<Open extends OpenConnections> {
  sessions: {
    /** @throws PublicError 503 `session_store_unavailable` */
    open(request: IncomingMessage): Promise<Open | undefined>;
  };
  /** The environments that this server offers. */
  environments: readonly Environment[];
  /** Judges whether a connection may be used now for an operation of this scope. @throws PublicError */
  assertUsable?: (connection: StoredConnection, scope: OperationScope) => void;
}

/**
 * Reads the session of a request and picks the connection that it may use. Writes nothing.
 *
 * @throws PublicError 401 `not_connected` or `connection_revoked`, 403, 503 `session_store_unavailable`
 */
export async function openConnection<Open extends OpenConnections>(
  { sessions, environments, assertUsable }: ConnectionRules<Open>,
  request: IncomingMessage,
  api: Api,
  scope: OperationScope,
): Promise<{ open: Open; connection: StoredConnection }> {
  const open = await sessions.open(request);
  if (open === undefined) throw notConnected(api);
  const connection = chooseConnection(open.connections, api, environments, scope);
  assertUsable?.(connection, scope);
  return { open, connection };
}
