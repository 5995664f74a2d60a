import { randomUUID } from 'node:crypto';
import type { StoredConnection } from '../../../server/stored-connection.ts';

/** A connection as the exchange would make it. */
export function exampleConnection(given: Partial<StoredConnection> = {}): StoredConnection {
  return {
    id: randomUUID(),
    environment: 'paper',
    account: {
      id: randomUUID(),
      number: 'PA0000000001',
      status: 'ACTIVE',
      currency: 'USD',
      tradingBlocked: false,
    },
    scope: 'trading',
    connectedAt: '2026-08-01T12:00:00.000Z',
    accessToken: `token-${randomUUID()}`,
    ...given,
  };
}
