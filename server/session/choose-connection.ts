import type { IncomingMessage } from 'node:http';
import type { Api } from '../contract.ts';
import { PublicError } from '../http/errors.ts';
import type { OperationScope } from '../operations.ts';
import type { StoredConnection } from '../stored-connection.ts';

/** What a connection is wanted for. */
interface Wanted {
  api: Api;
  scope: OperationScope;
  /** The id of the connection that the page named. */
  named: string | undefined;
}

/**
 * Picks the connection whose token a request may use: the one that it names, or the only one there is. The Market Data API
 * takes the token of either environment, and an answer is the same with each: paper comes first, because that token can do
 * less.
 *
 * @param connections Those that may be used under the rules of today.
 * @throws PublicError 401 `not_connected` or `connection_revoked`, 403 `insufficient_scope`, 409 `connection_ambiguous`
 */
export function chooseConnection(
  connections: readonly StoredConnection[],
  { api, scope, named }: Wanted,
): StoredConnection {
  const chosen =
    api === 'data' && named === undefined
      ? chooseForData(connections, scope)
      : findConnection(connections, api, named);
  if (chosen === undefined) throw named === undefined ? notConnected(api) : namedNotConnected(api);
  if (chosen.revokedAt !== undefined) throw chosen.isOutdated ? connectionOutdated() : connectionRevoked();
  if (!covers(chosen, scope)) throw insufficientScope(scope);
  return chosen;
}

/**
 * The connection that is named, or the only one. Where there are several, nothing is guessed, also when only one of them could
 * be used: an order must never go to an account that nobody chose.
 *
 * @throws PublicError 409 `connection_ambiguous`
 */
export function findConnection(
  connections: readonly StoredConnection[],
  api: Api,
  named: string | undefined,
): StoredConnection | undefined {
  const matching = connections.filter(({ environment }) => api === 'data' || api === environment);
  if (named !== undefined) return matching.find(({ id }) => id === named);
  if (matching.length > 1) throw connectionAmbiguous(api);
  return matching[0];
}

/** The best there is: in use rather than revoked, covering the scope rather than not, paper rather than live. */
function chooseForData(
  connections: readonly StoredConnection[],
  scope: OperationScope,
): StoredConnection | undefined {
  const alive = connections.filter(({ revokedAt }) => revokedAt === undefined);
  const covering = alive.filter((connection) => covers(connection, scope));
  return (
    covering.find(({ environment }) => environment === 'paper') ?? covering[0] ?? alive[0] ?? connections[0]
  );
}

/**
 * The id of the connection that a page names. Node joins the values of a header that came twice, and the empty text names
 * nothing: no connection has such an id.
 */
export function namedConnection({ headers }: IncomingMessage): string | undefined {
  return headers['x-alpaca-connection']?.toString();
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

/** The same of an id that never was, and of one that is another session's, user's or environment's. */
function namedNotConnected(api: Api): PublicError {
  return new PublicError(
    401,
    'not_connected',
    `X-Alpaca-Connection names no ${api === 'data' ? '' : `${api} `}account that is connected here. GET /connections lists those that are, each with its id.`,
  );
}

function connectionAmbiguous(api: Api): PublicError {
  return new PublicError(
    409,
    'connection_ambiguous',
    `Several ${api} accounts are connected, and the request does not say which one is meant. Nothing was sent to Alpaca. Send the id of one in the header X-Alpaca-Connection (for the element's fetch and stream, it is the option connection); GET /connections lists them.`,
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

/** The same when the token may still be good, but its provider's entry in the configuration is another one by now. */
function connectionOutdated(): PublicError {
  return new PublicError(
    401,
    'connection_revoked',
    'This site changed where it sends requests of this account to, so that what was connected before is not used there. Nothing was sent. Reconnect with the button, then try again.',
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
