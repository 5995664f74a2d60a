import { providerIdOf } from '../providers.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { type RecordStore, sessionStoreUnavailable } from './records.ts';
import { steadyNow } from './steady-clock.ts';
import { UserNames } from './user-names.ts';

interface AwayConnectionsOptions {
  records: RecordStore;
  /** Public names of the key ring, newest first: `Sealer.keyIds()`. */
  keyIds: readonly string[];
  /** For how many days a connection is kept at most, by the rules of today. 0: none is. */
  days: number;
  /** How many connections are kept for a person. */
  most: number;
  /** The clock, in milliseconds since the epoch. Default: the steady clock of this process. */
  now?: () => number;
}

/** A connection that the app may use while the person is away. */
export interface AwayConnection {
  connection: StoredConnection;
  /** The first millisecond at which it may not. */
  until: number;
}

/** As it is sealed. The person's id is in it, and outside only a name that nobody can make without the key of the names. */
interface UserRecord {
  user: string;
  kept: AwayConnection[];
}

const DAY = 24 * 3_600_000;

/** A record in which nothing is left. The store forgets it a day later. Milliseconds. */
const EMPTY_FOR = 60_000;

/** A swap fails only because another one won. So many losses in a row mean that the backend is broken. */
const MOST_SWAPS = 50;

/**
 * The connections that are kept under a person of the app, beside the sessions of their browsers: what the app may use while they are
 * away. Nothing of it is held in memory, so that what any server ends has ended for all. A record is only changed by
 * compare-and-swap: nothing that was ended comes back. Methods reject with a 503 `session_store_unavailable` when the store fails.
 */
export class AwayConnections {
  readonly #records: RecordStore;
  readonly #names: UserNames;
  readonly #days: number;
  readonly #most: number;
  readonly #now: () => number;

  constructor({ records, keyIds, days, most, now = steadyNow }: AwayConnectionsOptions) {
    this.#records = records;
    this.#names = new UserNames({ records, keyIds, now });
    this.#days = days;
    this.#most = most;
    this.#now = now;
  }

  /** What is kept for a person and has not ended. */
  async of(user: string): Promise<AwayConnection[]> {
    if (this.#days === 0) return [];
    const name = await this.#names.find(user);
    if (name === undefined) return [];
    const { kept, sealed } = await this.#read(name, user);
    if (sealed && kept.length > 0 && !this.#records.isSealedByNewest({ sealed })) {
      // Whoever comes between has sealed it anew, too.
      await this.#records.replace('away', name, sealed, { user, kept }, expiryOf(kept));
    }
    return kept;
  }

  /** Whether so many more can be kept for a person. Who asks does not know yet whether one is of an account that is kept already. */
  async hasRoom(user: string, more: number): Promise<boolean> {
    return (await this.of(user)).length + more <= this.#most;
  }

  /**
   * Keeps connections for a person, in place of those of the same accounts.
   * @param until The first millisecond at which they end.
   */
  async keep(user: string, connections: readonly StoredConnection[], until: number): Promise<void> {
    const made = connections.map((connection) => ({ connection, until }));
    const stays = ({ connection }: AwayConnection) =>
      !connections.some((one) => isSameAccount(one, connection));
    await this.#update(await this.#names.make(user), user, (kept) => {
      const others = kept.filter(stays);
      // hasRoom() said that there is room; of several who were told so at once, the last ones count.
      return [...others.slice(Math.max(0, others.length + made.length - this.#most)), ...made];
    });
  }

  /**
   * Ends connections of a person.
   * @returns Those that ended now.
   */
  async end(
    user: string,
    isMeant: (connection: StoredConnection) => boolean,
  ): Promise<readonly AwayConnection[]> {
    const stays = ({ connection }: AwayConnection) => !isMeant(connection);
    const name = await this.#names.find(user);
    if (name === undefined) return [];
    const before = await this.#update(name, user, (kept) => (kept.every(stays) ? kept : kept.filter(stays)));
    return before.filter((one) => !stays(one));
  }

  /** @returns What was kept before. */
  async #update(
    name: string,
    user: string,
    change: (kept: AwayConnection[]) => AwayConnection[],
  ): Promise<AwayConnection[]> {
    for (let swaps = 0; swaps < MOST_SWAPS; swaps++) {
      const { kept, sealed } = await this.#read(name, user);
      const changed = change(kept);
      if (changed === kept) return kept;
      const record: UserRecord = { user, kept: changed };
      const expires = changed.length === 0 ? this.#now() + EMPTY_FOR : expiryOf(changed);
      const isDone = sealed
        ? await this.#records.replace('away', name, sealed, record, expires)
        : await this.#records.fill('away', name, record, expires);
      if (isDone) return kept;
    }
    throw sessionStoreUnavailable(
      new Error(`What is kept for a person could not be changed in ${MOST_SWAPS} attempts.`),
    );
  }

  async #read(name: string, user: string): Promise<{ kept: AwayConnection[]; sealed?: Buffer }> {
    const found = await this.#records.read('away', name);
    if (found === undefined) return { kept: [] };
    const { sealed, value } = found;
    if (!isUserRecord(value) || value.user !== user) return { kept: [], sealed };
    const kept = value.kept
      .map(({ connection, until }) => ({ connection, until: Math.min(until, this.#latestEnd(connection)) }))
      .filter(({ until }) => this.#now() < until);
    return { kept, sealed };
  }

  /** A rule that was tightened holds for what was kept before. */
  #latestEnd({ connectedAt }: StoredConnection): number {
    return Date.parse(connectedAt) + this.#days * DAY;
  }
}

/** Whether two connections are of one account, however often it was connected. */
export function isSameAccount(one: StoredConnection, other: StoredConnection): boolean {
  return (
    providerIdOf(one) === providerIdOf(other) &&
    one.environment === other.environment &&
    one.account.id === other.account.id
  );
}

function expiryOf(kept: readonly AwayConnection[]): number {
  return Math.max(...kept.map(({ until }) => until));
}

/** What opens was sealed by this server, but perhaps by another version of it. */
function isUserRecord(value: unknown): value is UserRecord {
  const { user, kept } = (value ?? {}) as Partial<UserRecord>;
  return (
    typeof user === 'string' &&
    Array.isArray(kept) &&
    kept.every(({ connection, until }) => typeof connection === 'object' && typeof until === 'number')
  );
}
