import type { Configuration } from '../configuration/configuration.ts';
import { boundedFetch } from '../flow/bounded-fetch.ts';
import type { Finding } from './finding.ts';

/** Attempts and grants expire by this machine's clock; five minutes are half an attempt's life. */
const MOST_CLOCK_SKEW = 5 * 60_000;

/** Whether each host of Alpaca that this configuration needs is there, and what it says the time is. */
export async function checkUpstreams(configuration: Configuration): Promise<Finding[]> {
  const { tokenUrl, paperUrl, liveUrl, dataUrl, environments } = configuration;
  const trading = environments.map((environment) => (environment === 'paper' ? paperUrl : liveUrl));
  const origins = new Set([tokenUrl, ...trading, dataUrl].map(({ origin }) => origin));
  return Promise.all([...origins].map(checkUpstream));
}

/** Any answer will do: this asks whether the host is there, not whether it likes us. */
async function checkUpstream(origin: string): Promise<Finding> {
  try {
    const response = await boundedFetch(origin, { method: 'HEAD' });
    const skew = Math.abs(Date.parse(response.headers.get('Date') ?? '') - Date.now());
    if (skew <= MOST_CLOCK_SKEW || Number.isNaN(skew)) return { level: 'ok', what: `${origin} answers.` };
    return {
      level: 'problem',
      what: `The clock of this machine is ${Math.round(skew / 60_000)} minutes off from that of ${origin}.`,
      remedy: 'Let the operating system set the time (NTP).',
    };
  } catch {
    return {
      level: 'problem',
      what: `${origin} does not answer.`,
      remedy: 'Check the network, the firewall and the ALPACA_…_URL settings.',
    };
  }
}
