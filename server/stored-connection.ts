import { z } from 'zod';
import type { Connection } from './contract.ts';
import { providerIdOf } from './providers.ts';

/** What it takes to renew an access token. Times are milliseconds since the epoch. */
const Renewal = z.object({
  /** Names the tokens of one consent in the store: those of its paper and its live connection are the same. Random. */
  family: z.string(),
  /** How often they were renewed. */
  generation: z.number(),
  /** As secret as the access token. */
  refreshToken: z.string(),
  /** When the access token was given. */
  since: z.number(),
  /** When it is to be renewed, and when it expires. Absent when the provider did not say how long it lives. */
  due: z.number().optional(),
  expires: z.number().optional(),
});
export type Renewal = z.infer<typeof Renewal>;

/** What a connection gets by a refresh. */
export const RenewedToken = z.object({ accessToken: z.string(), scope: z.string(), renewal: Renewal });
export type RenewedToken = z.infer<typeof RenewedToken>;

/** A connection as the session keeps it. */
export interface StoredConnection extends Omit<Connection, 'provider'> {
  /** Absent in a record of an earlier release, which knew only Alpaca itself. */
  provider?: string;
  /** The public name of the attempt that made it. Absent in a record of an earlier release. */
  attempt?: string;
  /**
   * `destinationsOf()` its provider when it was made. Absent in a record of an earlier release, which is used when it is Alpaca's own.
   */
  destinations?: string;
  /** Whose it is, by the app's `getUser`. Absent when the app tells nobody apart. */
  user?: string | undefined;
  /** The bearer token. Empty once the connection is revoked. Never leaves the server. */
  accessToken: string;
  /** Absent when the access token cannot be renewed, as Alpaca's own, which does not expire. Never leaves the server. */
  renewal?: Renewal;
  /** Set while a request is served, never stored: its provider's entry changed since it was made, see `withoutToken()`. */
  isOutdated?: true;
}

/**
 * A connection of which nothing may be sent anywhere, because its provider's entry names other hosts by now, or another client.
 * It counts as revoked, so that the person can reconnect; the record is kept, in case the entry is changed back.
 */
export function withoutToken(stored: StoredConnection): StoredConnection {
  const { renewal: _, ...rest } = stored;
  return { ...rest, accessToken: '', revokedAt: stored.revokedAt ?? stored.connectedAt, isOutdated: true };
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
