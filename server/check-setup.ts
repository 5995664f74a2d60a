import { type Configuration, redirectUri } from './configuration/configuration.ts';
import { boundedFetch } from './flow/bounded-fetch.ts';
import { chooseBackend } from './session/choose-backend.ts';
import type { RecordBackend } from './session/record-backend.ts';
import { RecordStore } from './session/record-store.ts';
import { RedisBackend } from './session/redis-backend.ts';
import { RedisFailure } from './session/redis-failure.ts';
import { Sealer } from './session/sealer.ts';

export interface Finding {
  ok: boolean;
  what: string;
  /** What to do; only for a problem. */
  remedy?: string;
}

/** Attempts and grants expire by this machine's clock; five minutes are half an attempt's life. */
const MOST_CLOCK_SKEW = 5 * 60_000;

/** Tries out what a valid configuration can still get wrong. Sends nothing secret anywhere. */
export async function checkSetup(configuration: Configuration): Promise<Finding[]> {
  return [
    {
      ok: true,
      what: `The configuration is valid. Register exactly this redirect URI with Alpaca: ${redirectUri(configuration)}`,
    },
    await checkStore(configuration),
    ...(await Promise.all(
      [configuration.tokenUrl, configuration.paperUrl, configuration.dataUrl].map(checkUpstream),
    )),
  ];
}

async function checkStore(configuration: Configuration): Promise<Finding> {
  const { redisUrl, sessionFile, sessionKeys } = configuration;
  const where = redisUrl ? `Redis at ${redisUrl.host}` : sessionFile;
  try {
    const backend = chooseBackend(configuration);
    const records = new RecordStore({ backend, sealer: new Sealer(sessionKeys) });
    try {
      await records.probe();
      return (await evictionProblem(backend)) ?? { ok: true, what: `The session store works: ${where}` };
    } finally {
      await records.close();
    }
  } catch (error) {
    const remedy = redisUrl
      ? `Check REDIS_URL, and that this Redis answers and lets its user write.${reasonOf(error)}`
      : 'SESSION_FILE has to be on a local disk, in a folder that this user may write to.';
    return { ok: false, what: `The session store does not work: ${where}`, remedy };
  }
}

async function evictionProblem(backend: RecordBackend): Promise<Finding | undefined> {
  if (!(backend instanceof RedisBackend)) return undefined;
  // A hosted Redis may keep this to itself.
  const policy = await backend.evictionPolicy().catch(() => undefined);
  if (policy === undefined || policy === 'noeviction') return undefined;
  return {
    ok: false,
    what: `Redis drops keys when its memory is full (maxmemory-policy ${policy}): people would be disconnected, and a used grant could be used again.`,
    remedy: 'Set maxmemory-policy to noeviction.',
  };
}

/** The code only: the message of a library may quote a secret. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof RedisFailure ? ` It failed with ${cause.code}.` : '';
}

/** Any answer will do: this asks whether the host is there, not whether it likes us. */
async function checkUpstream({ origin }: URL): Promise<Finding> {
  try {
    const response = await boundedFetch(origin, { method: 'HEAD' });
    const skew = Math.abs(Date.parse(response.headers.get('Date') ?? '') - Date.now());
    if (skew <= MOST_CLOCK_SKEW || Number.isNaN(skew)) return { ok: true, what: `${origin} answers.` };
    return {
      ok: false,
      what: `The clock of this machine is ${Math.round(skew / 60_000)} minutes off from that of ${origin}.`,
      remedy: 'Let the operating system set the time (NTP).',
    };
  } catch {
    return {
      ok: false,
      what: `${origin} does not answer.`,
      remedy: 'Check the network, the firewall and the ALPACA_…_URL settings.',
    };
  }
}
