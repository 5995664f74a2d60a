import type { Api, Environment } from '../contract.ts';
import { PublicError } from '../http/errors.ts';
import type { OperationScope } from '../operations.ts';
import type { StoredConnection } from '../stored-connection.ts';

/**
 * Picks the connection whose token a request may use. The Market Data API takes the token of either environment: paper
 * comes first, because that token can do less.
 *
 * @param environments Those that this server offers.
 * @throws PublicError 401 `not_connected` or `connection_revoked`, 403 `insufficient_scope`
 */
export function chooseConnection(
  connections: readonly StoredConnection[],
  api: Api,
  environments: readonly Environment[],
  scope: OperationScope,
): StoredConnection {
  const candidates = connections.filter(
    ({ environment }) => environments.includes(environment) && (api === 'data' || api === environment),
  );
  if (candidates.length === 0) throw notConnected(api);
  const alive = candidates.filter(({ revokedAt }) => revokedAt === undefined);
  if (alive.length === 0) throw connectionRevoked();
  const covering = alive.filter((connection) => covers(connection, scope));
  const chosen = covering.find(({ environment }) => environment === 'paper') ?? covering[0];
  if (chosen === undefined) throw insufficientScope(scope);
  return chosen;
}

/** What a page is told when there is no session, or nothing in it that can be used. */
export function notConnected(api: Api): PublicError {
  const account = api === 'data' ? 'No Alpaca account' : `No ${api} account`;
  return new PublicError(
    401,
    'not_connected',
    `${account} is connected. Connect one with the button, then try again.`,
  );
}

/** What a page is told when Alpaca no longer accepts the token. */
export function connectionRevoked(): PublicError {
  return new PublicError(
    401,
    'connection_revoked',
    'Alpaca no longer accepts this connection. Reconnect with the button, then try again.',
  );
}

/** An undocumented scope cannot be compared: the owner who opened such an operation leaves the decision to Alpaca. */
function covers(connection: StoredConnection, scope: OperationScope): boolean {
  return scope === 'none' || scope === 'undocumented' || connection.scope.split(' ').includes(scope);
}

function insufficientScope(scope: OperationScope): PublicError {
  return new PublicError(
    403,
    'insufficient_scope',
    `This needs the scope "${scope}", which was not granted. Add it to the button's scope attribute and reconnect.`,
  );
}
