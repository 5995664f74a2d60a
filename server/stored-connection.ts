import type { Connection } from './contract.ts';
import { providerIdOf } from './providers.ts';

/** A connection as the session keeps it. */
export interface StoredConnection extends Omit<Connection, 'provider'> {
  /** Absent in a record of an earlier release, which knew only Alpaca itself. */
  provider?: string;
  /** The public name of the attempt that made it. Absent in a record of an earlier release. */
  attempt?: string;
  /** Whose it is, by the app's `getUser`. Absent when the app tells nobody apart. */
  user?: string | undefined;
  /** The bearer token. Empty once the connection is revoked. Never leaves the server. */
  accessToken: string;
}

/** The part of a stored connection that a page may see. Built field by field, so that a new secret stays secret. */
export function publicConnection(stored: StoredConnection): Connection {
  const { id, environment, account, scope, connectedAt, revokedAt } = stored;
  return {
    id,
    provider: providerIdOf(stored),
    environment,
    account: {
      id: account.id,
      number: account.number,
      status: account.status,
      currency: account.currency,
      // A record of an earlier release has no such field.
      tradingBlocked: account.tradingBlocked === true,
    },
    scope,
    connectedAt,
    ...(revokedAt === undefined ? {} : { revokedAt }),
  };
}
