import type { RecordBackend } from './records.ts';
import { RedisBackend } from './redis.ts';
import { SqliteBackend } from './sqlite.ts';

interface BackendChoice {
  /** Wins over the file. */
  redisUrl: URL | null;
  /** Path of the SQLite file. */
  sessionFile: string;
}

/**
 * Redis when its address is set, otherwise the SQLite file.
 * @throws Error when the SQLite file cannot be opened. A Redis that is away is no error here.
 */
export function chooseBackend({ redisUrl, sessionFile }: BackendChoice): RecordBackend {
  return redisUrl ? new RedisBackend({ url: redisUrl }) : new SqliteBackend({ file: sessionFile });
}
