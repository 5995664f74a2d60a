import { providerIdOf } from '../providers.ts';
import type { RenewedToken, StoredConnection } from '../stored-connection.ts';
import { RecentReads } from './recent-reads.ts';
import { type RecordStore, type ReplaceOptions, sessionStoreUnavailable } from './records.ts';
import { steadyNow } from './steady-clock.ts';

interface SessionsOptions {
  records: RecordStore;
  /** A session ends this many milliseconds after it was last used. */
  idle: number;
  /** A session ends this many milliseconds after it was made, however busy it is. */
  absolute: number;
  /** How many connections a session keeps; a revoked one makes room for another. Default: 8. */
  most?: number;
  /** The clock, in milliseconds since the epoch. Default: the steady clock of this process. */
  now?: () => number;
  /** Told once of each session that took over from another. Must not reject. */
  onTakeOver?: (change: TakeOver) => Promise<void>;
}

/** What changed when a browser was first seen with a new session. */
export interface TakeOver {
  /** Connections that are new. */
  made: readonly StoredConnection[];
  /** Connections of the old session that the new one does not keep. */
  replaced: readonly StoredConnection[];
}

/** A session as it is sealed. Its timeouts count from its own timestamps, in milliseconds since the epoch. */
interface SessionRecord {
  /** The attributes of the session's cookie, as express-session serialises them. */
  cookie: object;
  connections: StoredConnection[];
  createdAt: number;
  touchedAt: number;
  /** The id of the session that this one takes over from when a browser is first seen with it. Absent from then on. */
  replaces?: string | undefined;
  /** Whether it then keeps also what is of the environments of its own connections. */
  keep?: boolean | undefined;
}

/** A session that was read, with what it takes to change exactly this version of it. */
export interface LoadedSession extends SessionRecord {
  /** The secret session id. Never log it. */
  id: string;
  sealed: Buffer;
}

/** Returns the connections as they should be. The very list that it was given means: leave the session as it is. */
type ConnectionsChange = (connections: StoredConnection[]) => StoredConnection[];

/** Using a session writes it at most once in this many milliseconds (less when the idle timeout is short). */
const LONGEST_TOUCH_INTERVAL = 60_000;

/** A swap fails only because another one won. So many losses in a row mean that the backend is broken. */
const MOST_SWAPS = 50;

/**
 * The sessions in the store. An existing session is only ever changed by compare-and-swap, which loses nothing of what
 * others write meanwhile and never revives a session that has ended. Methods reject with a 503
 * `session_store_unavailable` when the store fails.
 */
export class Sessions {
  readonly #records: RecordStore;
  readonly #idle: number;
  readonly #absolute: number;
  readonly #touchInterval: number;
  readonly #most: number;
  readonly #now: () => number;
  readonly #onTakeOver: NonNullable<SessionsOptions['onTakeOver']>;
  readonly #recent = new RecentReads<LoadedSession>();

  constructor({ records, idle, absolute, most = 8, now = steadyNow, onTakeOver }: SessionsOptions) {
    this.#records = records;
    this.#idle = idle;
    this.#absolute = absolute;
    this.#touchInterval = Math.min(LONGEST_TOUCH_INTERVAL, idle / 2);
    this.#now = now;
    this.#most = most;
    this.#onTakeOver = onTakeOver ?? (async () => {});
  }

  /**
   * The session of a browser that showed its cookie, as `load()` reads it. A new session takes over from the old one here and
   * not sooner: the answer that sets its cookie may be lost on its way, and then everything is as it was.
   */
  async open(id: string): Promise<LoadedSession | undefined> {
    const loaded = await this.load(id);
    return loaded?.replaces === undefined ? loaded : this.#takeOver(loaded, loaded.replaces);
  }

  /**
   * As `open()`, for requests that follow each other closely: what another process changed within the last 250 ms may be
   * missing. What this process changed never is.
   */
  async openRecent(id: string): Promise<LoadedSession | undefined> {
    const found = await this.#recent.read(id, () => this.open(id));
    return found && this.#now() < this.#expires(found) ? found : undefined;
  }

  /** The session, or undefined when there is none, it has timed out, or its record is damaged. */
  async load(id: string): Promise<LoadedSession | undefined> {
    const found = await this.#records.read('session', id);
    if (found === undefined || !isSessionRecord(found.value)) return undefined;
    // The record's own expiry says the same, unless the timeouts were shortened since it was written.
    if (this.#now() >= this.#expires(found.value)) return undefined;
    const { cookie, connections, createdAt, touchedAt, replaces, keep } = found.value;
    return { id, cookie, connections, createdAt, touchedAt, replaces, keep, sealed: found.sealed };
  }

  /** Stores a new session. False, and no change, when the id is taken or has ended. */
  async create(
    id: string,
    content: Pick<SessionRecord, 'cookie' | 'connections' | 'replaces' | 'keep'>,
  ): Promise<boolean> {
    const now = this.#now();
    const record = { ...content, createdAt: now, touchedAt: now };
    return this.#records.create('session', id, record, this.#expires(record));
  }

  /**
   * Restarts the idle timeout, at most once a minute. Update-only, and silent when it fails: an untouched session is
   * only nearer to its idle timeout, and a store that is really down fails the next `load()`.
   */
  async touch(loaded: LoadedSession): Promise<void> {
    const now = this.#now();
    if (now - loaded.touchedAt < this.#touchInterval) return;
    await this.#swap(loaded, { touchedAt: now }, { mayBeLost: true }).catch(() => {});
  }

  /**
   * Changes the connections of a session that exists, atomically.
   * @param change Pure: it runs again when somebody else changed the session meanwhile.
   * @returns The connections as they were before, or undefined when the session is gone.
   */
  async update(id: string, change: ConnectionsChange): Promise<StoredConnection[] | undefined> {
    for (let swaps = 0; swaps < MOST_SWAPS; swaps++) {
      const loaded = await this.load(id);
      if (loaded === undefined) return undefined;
      const connections = change(loaded.connections);
      if (connections === loaded.connections || (await this.#swap(loaded, { connections }))) {
        return loaded.connections;
      }
    }
    throw contended();
  }

  /**
   * Stores connections under a new id. The old session, if there is one, stays as it is until `open()` sees the new one.
   * @throws PublicError 503 `session_store_unavailable`
   */
  async rotate(
    oldId: string,
    newId: string,
    content: Pick<SessionRecord, 'cookie' | 'connections' | 'keep'>,
  ): Promise<void> {
    if (await this.create(newId, { ...content, replaces: oldId })) return;
    throw sessionStoreUnavailable(new Error('The new session id is taken.'));
  }

  /**
   * Marks one connection as no longer accepted by Alpaca and forgets its token. Does nothing when the session or the
   * connection is gone, or the mark is there.
   * @param when ISO 8601, UTC.
   * @param generation Only while its token is this one of its family.
   * @returns The connection with its mark for the one caller who set it, however many saw the refusal.
   */
  async markRevoked(
    id: string,
    connectionId: string,
    when: string,
    generation?: number,
  ): Promise<StoredConnection | undefined> {
    const isMeant = ({ id: each, revokedAt, renewal }: StoredConnection) =>
      each === connectionId &&
      revokedAt === undefined &&
      (generation === undefined || renewal?.generation === generation);
    const mark = ({ renewal: _, ...connection }: StoredConnection) => ({
      ...connection,
      accessToken: '',
      revokedAt: when,
    });
    const before = await this.update(id, (connections) =>
      connections.some(isMeant)
        ? connections.map((each) => (isMeant(each) ? mark(each) : each))
        : connections,
    );
    const meant = before?.find(isMeant);
    return meant && mark(meant);
  }

  /**
   * Gives the connections of one consent the token that a refresh brought, unless they have it or a later one. A session or a
   * connection that is gone stays gone.
   * @returns The connections as they are now, or undefined when the session is gone.
   */
  async renew(id: string, renewed: RenewedToken): Promise<StoredConnection[] | undefined> {
    const { family, generation } = renewed.renewal;
    const isMeant = ({ renewal, revokedAt }: StoredConnection) =>
      revokedAt === undefined && renewal?.family === family && renewal.generation < generation;
    const renew = (connections: StoredConnection[]) =>
      connections.map((each) => (isMeant(each) ? { ...each, ...renewed } : each));
    const before = await this.update(id, (connections) =>
      connections.some(isMeant) ? renew(connections) : connections,
    );
    // Another process may have stored it a moment ago.
    this.#recent.forget(id);
    return before && renew(before);
  }

  /** Ends a session. Its id cannot come back for as long as a session can live at all. */
  async end(id: string): Promise<void> {
    try {
      await this.#records.remove('session', id, this.#now() + this.#absolute);
    } finally {
      this.#recent.forget(id);
    }
  }

  /**
   * Adds what the new session keeps of the old one, then ends the old one. In this order, so that a crash in between loses no
   * connection. Of several requests that come at once, one does it.
   */
  async #takeOver(loaded: LoadedSession, oldId: string): Promise<LoadedSession | undefined> {
    const { id, connections: made } = loaded;
    let old = await this.load(oldId);
    let kept = this.#keptBeside(loaded, old);
    const connections = [...kept, ...made];
    if (!(await this.#swap(loaded, { connections, replaces: undefined, keep: undefined })))
      return this.open(id);
    for (let swaps = 0; old !== undefined && !(await this.#endLoaded(old)); swaps++) {
      if (swaps === MOST_SWAPS) throw contended();
      // A connection was dropped or revoked there after it was copied.
      old = await this.load(oldId);
      const before = kept;
      kept = this.#keptBeside(loaded, old);
      await this.update(id, (now) => now.flatMap((each) => latestOf(each, before, kept)));
    }
    const replaced = old?.connections.filter((each) => !kept.includes(each)) ?? [];
    await this.#onTakeOver({ made, replaced });
    return this.load(id);
  }

  /** What a session with new connections keeps of the old one: the same person's that the new ones do not replace. */
  #keptBeside(
    { connections: made, keep }: LoadedSession,
    old: LoadedSession | undefined,
  ): StoredConnection[] {
    const kept = (old?.connections ?? []).filter(
      (each) => each.user === made[0]?.user && !made.some((one) => takesPlaceOf(one, each, keep)),
    );
    const isRevoked = ({ revokedAt }: StoredConnection) => revokedAt !== undefined;
    const surplus = Math.max(0, made.length + kept.length - this.#most);
    const dropped = kept.filter(isRevoked).slice(0, surplus);
    return kept.filter((each) => !dropped.includes(each));
  }

  /** Ends a session in the version that was loaded. False, and no change, when that is no longer the version. */
  async #endLoaded(loaded: LoadedSession): Promise<boolean> {
    const emptied = await this.#swap(loaded, { connections: [] });
    if (emptied) await this.end(loaded.id);
    return emptied;
  }

  async #swap(
    loaded: LoadedSession,
    change: Partial<SessionRecord>,
    options?: ReplaceOptions,
  ): Promise<boolean> {
    const { id, sealed, ...record } = { ...loaded, ...change };
    try {
      return await this.#records.replace('session', id, sealed, record, this.#expires(record), options);
    } finally {
      this.#recent.forget(id);
    }
  }

  /** The first millisecond at which the session is over. */
  #expires({ createdAt, touchedAt }: Pick<SessionRecord, 'createdAt' | 'touchedAt'>): number {
    return Math.min(touchedAt + this.#idle, createdAt + this.#absolute);
  }
}

/** Whether a new connection takes the place of an older one: always of the same account, else of its environment unless that is kept. */
function takesPlaceOf(made: StoredConnection, older: StoredConnection, keep = false): boolean {
  if (providerIdOf(made) !== providerIdOf(older) || made.environment !== older.environment) return false;
  return !keep || made.account.id === older.account.id;
}

/** A connection as it is after those that were copied `before` turned out to be `kept`: none when it was dropped meanwhile. */
function latestOf(
  connection: StoredConnection,
  before: readonly StoredConnection[],
  kept: readonly StoredConnection[],
): StoredConnection[] {
  const isCopy = before.some(({ id }) => id === connection.id);
  if (!isCopy || connection.revokedAt !== undefined) return [connection];
  return kept.filter(({ id }) => id === connection.id);
}

/** What opens was sealed by this server, but perhaps by another version of it. */
function isSessionRecord(value: unknown): value is SessionRecord {
  const { cookie, connections, createdAt, touchedAt, replaces, keep } = (value ??
    {}) as Partial<SessionRecord>;
  return (
    typeof cookie === 'object' &&
    cookie !== null &&
    Array.isArray(connections) &&
    typeof createdAt === 'number' &&
    typeof touchedAt === 'number' &&
    (replaces === undefined || typeof replaces === 'string') &&
    (keep === undefined || typeof keep === 'boolean')
  );
}

function contended(): Error {
  return sessionStoreUnavailable(new Error(`A session could not be changed in ${MOST_SWAPS} attempts.`));
}
