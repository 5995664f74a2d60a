import { type Configuration, redirectUri } from './configuration/configuration.ts';
import { boundedFetch } from './flow/bounded-fetch.ts';
import { RecordStore } from './session/record-store.ts';
import { Sealer } from './session/sealer.ts';
import { SqliteBackend } from './session/sqlite-backend.ts';

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

async function checkStore({ sessionFile, sessionKeys }: Configuration): Promise<Finding> {
  try {
    const backend = new SqliteBackend({ file: sessionFile });
    const records = new RecordStore({ backend, sealer: new Sealer(sessionKeys) });
    await records.probe();
    await records.close();
    return { ok: true, what: `The session store works: ${sessionFile}` };
  } catch {
    return {
      ok: false,
      what: `The session store does not work: ${sessionFile}`,
      remedy: 'SESSION_FILE has to be on a local disk, in a folder that this user may write to.',
    };
  }
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
