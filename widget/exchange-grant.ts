import type { Connection, ConnectionsAnswer, ExchangeRequest } from '../server/contract.ts';
import type { Backend } from './backend.ts';
import { ConnectError } from './connect-error.ts';

/** A new connection, and everything that is connected with it. */
export interface Connected {
  connection: Connection;
  answer: ConnectionsAnswer;
}

/**
 * Trades the grant for a connection and asks whether it is still there: the session that holds it is a cookie, and a
 * browser that drops the cookie says so only by not sending it back.
 *
 * @throws ConnectError what the server refused, or `cookies_blocked`.
 */
export function exchangeGrant(
  backend: Backend,
  request: ExchangeRequest,
  signal: AbortSignal,
): Promise<Connected> {
  // Each exchange gives the session a new id: two at once, in two tabs, would each answer with a cookie of its own.
  return navigator.locks.request('alpaca-connect', () => exchange(backend, request, signal));
}

async function exchange(backend: Backend, request: ExchangeRequest, signal: AbortSignal): Promise<Connected> {
  const connection = await backend.exchange(request, signal);
  const answer = await backend.connections(signal);
  const kept = answer.connections.some(
    ({ environment, account }) =>
      environment === connection.environment && account.id === connection.account.id,
  );
  if (!kept) throw new ConnectError('cookies_blocked');
  return { connection, answer };
}
