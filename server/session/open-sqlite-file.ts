import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import BetterSqlite3, { type Database } from 'better-sqlite3';

const schemaVersion = 1;

/** Milliseconds. Long, because several processes that start together all want the exclusive lock once. */
const openTimeout = 10_000;

/**
 * Opens the file of the session store, and makes it when it is missing: the directory for this user only (0700), the
 * file too (0600; SQLite gives the files beside it the same rights).
 * @throws Error when the file cannot be opened, or holds something else.
 */
export function openSqliteFile(file: string): Database {
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
  // `timeout` is SQLite's busy_timeout. It has to be there before the switch to WAL: without it, of two processes that
  // start together one fails with "database is locked".
  // Resolved, so that it is a file in any case: SQLite takes the name :memory: for another thing.
  const database = new BetterSqlite3(resolve(file), { timeout: openTimeout });
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL'); // an acknowledged session survives a power cut
    database.transaction(createSchema).immediate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createSchema(database: Database): void {
  const version = database.pragma('user_version', { simple: true });
  if (version === schemaVersion) return;
  if (version !== 0) {
    throw new Error(`its schema version is ${version}, and this server knows version ${schemaVersion}`);
  }
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  if (tables !== 0) throw new Error('it is the database of another program');
  database.exec(`
    CREATE TABLE records (
      key TEXT PRIMARY KEY,
      record BLOB,
      expires INTEGER NOT NULL -- milliseconds since the epoch
    ) STRICT;
    CREATE INDEX records_by_expiry ON records (expires);
    PRAGMA user_version = ${schemaVersion};
  `);
}
