import type { Configuration } from '../configuration/configuration.ts';
import { chooseBackend } from '../session/choose-backend.ts';
import type { RecordBackend } from '../session/record-backend.ts';
import { RecordStore } from '../session/record-store.ts';
import { RedisBackend } from '../session/redis-backend.ts';
import { RedisFailure } from '../session/redis-failure.ts';
import { Sealer } from '../session/sealer.ts';
import type { Finding } from './finding.ts';

/** Writes a record to the session store, reads it and removes it. */
export async function checkStore(configuration: Configuration): Promise<Finding[]> {
  const { redisUrl, sessionFile, sessionKeys } = configuration;
  const where = redisUrl ? `Redis at ${redisUrl.host}` : sessionFile;
  try {
    const backend = chooseBackend(configuration);
    const records = new RecordStore({ backend, sealer: new Sealer(sessionKeys) });
    try {
      await records.probe();
      const works: Finding = { level: 'ok', what: `The session store works: ${where}` };
      return [works, ...(await evictionProblem(backend))];
    } finally {
      await records.close();
    }
  } catch (error) {
    const remedy = redisUrl
      ? `Check REDIS_URL, and that this Redis answers and lets its user write.${reasonOf(error)}`
      : 'SESSION_FILE has to be on a local disk, in a folder that this user may write to.';
    return [{ level: 'problem', what: `The session store does not work: ${where}`, remedy }];
  }
}

async function evictionProblem(backend: RecordBackend): Promise<Finding[]> {
  if (!(backend instanceof RedisBackend)) return [];
  // A hosted Redis may keep this to itself.
  const policy = await backend.evictionPolicy().catch(() => undefined);
  if (policy === undefined || policy === 'noeviction') return [];
  return [
    {
      level: 'problem',
      what: `Redis drops keys when its memory is full (maxmemory-policy ${policy}): people would be disconnected, and a used grant could be used again.`,
      remedy: 'Set maxmemory-policy to noeviction.',
    },
  ];
}

/** The code only: the message of a library may quote a secret. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof RedisFailure ? ` It failed with ${cause.code}.` : '';
}
