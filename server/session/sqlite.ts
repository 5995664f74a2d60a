import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import BetterSqlite3, { type Database } from 'better-sqlite3';
import type { RecordBackend, ReplaceOptions } from './records.ts';
import { steadyNow } from './steady-clock.ts';

interface SqliteBackendOptions {
  /** Made, with its directory, when it is missing: readable by this user only. */
  file: string;
  /** The clock, in milliseconds since the epoch. Default: the steady clock of this process. */
  now?: () => number;
  /** A clock that nobody can set, in milliseconds from any moment. */
  elapsed?: () => number;
  /** How often expired rows are deleted, in milliseconds. */
  purgeInterval?: number;
}

/**
 * For another process's lock, in milliseconds. SQLite is synchronous, so this whole process waits, deadlines included:
 * less than the store's deadline.
 */
const LOCK_TIMEOUT = 250;

/** Reading checks this often whether the file is still there; writing always does. Milliseconds. */
const FILE_CHECK_INTERVAL = 1_000;

/**
 * From Node 24.19 on, a process aborts when an object of better-sqlite3 12 is collected as garbage, and better-sqlite3 13 does not
 * run on Node 20. So each database is kept for good, with its statements, and pragmas are run by `exec()`, which makes none.
 */
const kept: object[] = [];

function keep<T extends object>(object: T): T {
  kept.push(object);
  return object;
}

/** Expired rows are deleted in small batches, so that no request waits long for a purge. */
const PURGE_BATCH = 500;

/** Between two batches of one purge, in milliseconds. */
const PURGE_PAUSE = 100;

/**
 * Records in one SQLite file on a local disk, shared by the processes of one machine. What was acknowledged survives
 * a crash of the process and of the machine, but for a replacement whose caller said that it may be lost.
 */
export class SqliteBackend implements RecordBackend {
  readonly #file: string;
  readonly #inode: number;
  readonly #now: () => number;
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #cutoff: PurgeCutoff;
  readonly #purgeInterval: number;
  #purgeTimer: NodeJS.Timeout | undefined;
  #fileCheckedAt = 0;

  /** @throws Error when the file cannot be opened, or is not a session file of this version. */
  constructor({
    file,
    now = steadyNow,
    elapsed = () => performance.now(),
    purgeInterval = 60_000,
  }: SqliteBackendOptions) {
    this.#file = file;
    this.#now = now;
    this.#cutoff = new PurgeCutoff(now, elapsed);
    this.#purgeInterval = purgeInterval;
    this.#database = openSqliteFile(file);
    this.#database.exec(`PRAGMA busy_timeout = ${LOCK_TIMEOUT}`);
    this.#inode = statSync(file).ino;
    this.#statements = keep(prepare(this.#database));
    this.#schedulePurge(purgeInterval);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    if (performance.now() - this.#fileCheckedAt > FILE_CHECK_INTERVAL) this.#assertFileIsThere();
    return this.#statements.get.get(key, this.#now()) ?? undefined;
  }

  async create(key: string, record: Uint8Array, expires: number): Promise<boolean> {
    this.#assertFileIsThere();
    return this.#statements.create.run({ key, record, expires, now: this.#now() }).changes === 1;
  }

  async put(key: string, record: Uint8Array, expires: number): Promise<boolean> {
    this.#assertFileIsThere();
    return this.#statements.put.run({ key, record, expires, now: this.#now() }).changes === 1;
  }

  async replace(
    key: string,
    expected: Uint8Array,
    record: Uint8Array,
    expires: number,
    { mayBeLost = false }: ReplaceOptions = {},
  ): Promise<boolean> {
    this.#assertFileIsThere();
    const row = { key, expected, record, expires, now: this.#now() };
    const replace = () => this.#statements.replace.run(row).changes === 1;
    return mayBeLost ? this.#unsynced(replace) : replace();
  }

  async remove(key: string, tombstoneUntil: number): Promise<void> {
    this.#assertFileIsThere();
    this.#statements.remove.run({ key, expires: tombstoneUntil });
  }

  /** Writes for real, which a full or read-only disk refuses. */
  async probe(): Promise<void> {
    await this.put('probe', Buffer.of(1), 0);
  }

  /** Leaves everything in the one file: no `-wal` beside it that a copy of the file would miss. */
  async close(): Promise<void> {
    clearTimeout(this.#purgeTimer);
    if (!this.#database.open) return;
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#database.close();
  }

  /** Writes without waiting for the disk, which holds up everybody for milliseconds. The next write that waits covers it, too. */
  #unsynced<T>(write: () => T): T {
    this.#database.exec('PRAGMA synchronous = NORMAL');
    try {
      return write();
    } finally {
      this.#database.exec(SYNCED);
    }
  }

  /**
   * SQLite goes on writing into a file that was deleted or replaced. A restart would find none of it, and neither does
   * another process of this server: somebody who disconnected there would still be connected here.
   */
  #assertFileIsThere(): void {
    if (statSync(this.#file, { throwIfNoEntry: false })?.ino !== this.#inode) {
      throw new Error(
        `${this.#file} was deleted or replaced while the server ran. Restart the server, or put the file back.`,
      );
    }
    this.#fileCheckedAt = performance.now();
  }

  #schedulePurge(delay: number): void {
    this.#purgeTimer = setTimeout(() => this.#schedulePurge(this.#purge()), delay).unref();
  }

  /** @returns The delay until the next purge, in milliseconds. */
  #purge(): number {
    const cutoff = this.#cutoff.next();
    if (cutoff === undefined) return this.#purgeInterval;
    try {
      const { changes } = this.#statements.purge.run({ cutoff, batch: PURGE_BATCH });
      return changes === PURGE_BATCH ? PURGE_PAUSE : this.#purgeInterval;
    } catch {
      return this.#purgeInterval; // the file was busy; expired rows do no harm, they are never read
    }
  }
}

/** An acknowledged session survives a power cut. */
const SYNCED = 'PRAGMA synchronous = FULL';

/** Milliseconds. Long, because several processes that start together all want the exclusive lock once. */
const OPEN_TIMEOUT = 10_000;

/**
 * Opens the file of the session store, and makes it when it is missing: the directory for this user only (0700), the
 * file too (0600; SQLite gives the files beside it the same rights).
 * @throws Error when the file cannot be opened, or holds something else.
 */
function openSqliteFile(file: string): Database {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    return prepareDatabase(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The session file ${file} cannot be used: ${reason}. SESSION_FILE must name a file on a local disk that this ` +
        'user may create and write, and that nothing else uses.',
      { cause },
    );
  }
}

function prepareDatabase(file: string): Database {
  // `timeout` is SQLite's busy_timeout. It has to be set before the switch to WAL: without it, one of two processes that
  // start together fails with "database is locked". The path is resolved, because `:memory:` would not be a file.
  const database = keep(new BetterSqlite3(resolve(file), { timeout: OPEN_TIMEOUT }));
  try {
    switchToWal(database);
    database.exec(SYNCED);
    database.transaction(createSchema).immediate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * When processes that start together switch a new file to WAL at the same moment, SQLite gives up at once in some of them, whatever
 * its timeout: the one would wait for the other and the other for it.
 */
function switchToWal(database: Database): void {
  const giveUp = performance.now() + OPEN_TIMEOUT;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      const isBusy = String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
      if (!isBusy || performance.now() >= giveUp) throw error;
    }
    // Nothing else happens in a process that starts.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

const SCHEMA_VERSION = 1;

function createSchema(database: Database): void {
  const version = keep(database.prepare('PRAGMA user_version').pluck()).get();
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) {
    throw new Error(`its schema version is ${version}, and this server knows version ${SCHEMA_VERSION}`);
  }
  const tables = keep(database.prepare('SELECT count(*) FROM sqlite_schema').pluck()).get();
  if (tables !== 0) throw new Error('it is the database of another program');
  database.exec(`
    CREATE TABLE records (
      key TEXT PRIMARY KEY,
      record BLOB,
      expires INTEGER NOT NULL -- milliseconds since the epoch
    ) STRICT;
    CREATE INDEX records_by_expiry ON records (expires);
    PRAGMA user_version = ${SCHEMA_VERSION};
  `);
}

/** A row is a record or, with NULL in its place, a tombstone. */
function prepare(database: Database) {
  return {
    // Every proxied request runs this one, so it is bound by position and plucked, which is faster.
    get: database
      .prepare<[key: string, now: number], Buffer | null>(
        'SELECT record FROM records WHERE key = ? AND expires > ?',
      )
      .pluck(),
    create: database.prepare(
      `INSERT INTO records (key, record, expires) VALUES (:key, :record, :expires)
       ON CONFLICT (key) DO UPDATE SET record = excluded.record, expires = excluded.expires
       WHERE records.expires <= :now`,
    ),
    put: database.prepare(
      `INSERT INTO records (key, record, expires) VALUES (:key, :record, :expires)
       ON CONFLICT (key) DO UPDATE SET record = excluded.record, expires = excluded.expires
       WHERE records.record IS NOT NULL OR records.expires <= :now`,
    ),
    replace: database.prepare(
      `UPDATE records SET record = :record, expires = :expires
       WHERE key = :key AND record = :expected AND expires > :now`,
    ),
    remove: database.prepare(
      `INSERT INTO records (key, record, expires) VALUES (:key, NULL, :expires)
       ON CONFLICT (key) DO UPDATE SET record = NULL, expires = max(records.expires, excluded.expires)`,
    ),
    purge: database.prepare(
      'DELETE FROM records WHERE key IN (SELECT key FROM records WHERE expires <= :cutoff LIMIT :batch)',
    ),
  };
}

/** A row is deleted only when it was expired at every reading of the clock during so many milliseconds. */
const PURGE_DELAY = 3_600_000;

/** Until when rows may be deleted. One reading of the clock is not believed: it may be wrong, and what is deleted is lost. */
class PurgeCutoff {
  readonly #now: () => number;
  readonly #elapsed: () => number;
  readonly #readings: { at: number; time: number }[] = [];

  constructor(now: () => number, elapsed: () => number) {
    this.#now = now;
    this.#elapsed = elapsed;
  }

  /** Reads the clock once more. The earliest time that was read since an hour ago; undefined in the first hour. */
  next(): number | undefined {
    const at = this.#elapsed();
    this.#readings.push({ at, time: this.#now() });
    const isOld = (reading: { at: number } | undefined) =>
      reading !== undefined && at - reading.at >= PURGE_DELAY;
    while (isOld(this.#readings[1])) this.#readings.shift();
    return isOld(this.#readings[0]) ? Math.min(...this.#readings.map(({ time }) => time)) : undefined;
  }
}
