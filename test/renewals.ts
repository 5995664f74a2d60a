import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from '../server/service.ts';
import { Sessions } from '../server/session/sessions.ts';
import type { Renewal, StoredConnection } from '../server/stored-connection.ts';
import type { Visitor } from './visitor.ts';

type Store = Pick<Service, 'records'> & {
  configuration: Pick<Service['configuration'], 'sessionIdle' | 'sessionAbsolute'>;
};

/** The sessions of a server, as one more process on its store has them. */
function sessionsOf({ records, configuration }: Store): Sessions {
  const { sessionIdle: idle, sessionAbsolute: absolute } = configuration;
  return new Sessions({ records, idle, absolute });
}

/** The id in a visitor's session cookie. */
function sessionIdOf({ cookies }: Visitor): string {
  const signed = [...cookies].find(([name]) => name.endsWith('alpaca.sid'))?.[1] ?? '';
  return decodeURIComponent(signed).slice(2).split('.')[0] ?? '';
}

/** What a visitor's session holds in the store. */
export async function storedConnections(store: Store, visitor: Visitor): Promise<StoredConnection[]> {
  return (await sessionsOf(store).load(sessionIdOf(visitor)))?.connections ?? [];
}

/** Has the tokens of a visitor be due, or believed to have expired. Resolves when every server has noticed. */
export async function age(store: Store, visitor: Visitor, { expired = false } = {}): Promise<void> {
  await changeRenewals(store, visitor, (renewal) => ({
    ...{ ...renewal, due: 0 },
    ...(expired && { expires: 0 }),
  }));
}

/** Changes what a session knows of its tokens. Resolves when every server has noticed. */
export async function changeRenewals(
  store: Store,
  visitor: Visitor,
  change: (renewal: Renewal) => Renewal,
): Promise<void> {
  await sessionsOf(store).update(sessionIdOf(visitor), (connections) =>
    connections.map((each) => (each.renewal ? { ...each, renewal: change(each.renewal) } : each)),
  );
  // What another process changed holds within 250 ms.
  await pause(300);
}
