import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../demo/simulator/index.ts';
import { GUEST } from './client.ts';
import { Broken, type Rule, World } from './rule.ts';
import { ruleOfSecrets, rulesOfAccounts } from './rules-of-accounts.ts';
import { rulesOfConnecting } from './rules-of-connecting.ts';
import { rulesOfRequests } from './rules-of-requests.ts';
import { rulesOfStreams } from './rules-of-streams.ts';

/** What came of one rule. */
export interface Finding {
  id: string;
  says: string;
  /** Absent when the rule holds. */
  broken?: { seen: string; todo: string };
}

/** An Alpaca of the kit's own, which the backend under test has to be told to use. */
export interface Kit extends AsyncDisposable {
  simulator: Simulator;
  /** What the backend is to be configured with, as variables of this project's server. */
  variables: Record<string, string>;
  /** Resolves once `GET /connections` is answered. @throws Error after `patience` milliseconds */
  untilAnswered(patience: number): Promise<void>;
  /** Tries every rule, one after the other, and tells of each as it is known. */
  run(tell?: (finding: Finding) => void): Promise<Finding[]>;
}

interface KitOptions {
  /** Of the simulated Alpaca. Default: one that is free. */
  port?: number;
  /** Where the backend reaches it. Default: 127.0.0.1. */
  host?: string;
}

/**
 * Starts the kit for a backend.
 * @param url Where the backend is mounted, for example `https://host/alpaca`.
 */
export async function openKit(url: string, options: KitOptions = {}): Promise<Kit> {
  const base = new URL(url.replace(/\/+$/, ''));
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const stateFile = join(folder, 'simulator.json');
  const simulator = await startSimulator({
    ...options,
    stateFile,
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${base.href}/callback`] }],
    requestsPerMinute: 100_000,
  });
  const tokens = () =>
    (JSON.parse(readFileSync(stateFile, 'utf8')) as { tokens: { value: string }[] }).tokens.map(
      ({ value }) => value,
    );
  const rules = [
    ...rulesOfRequests,
    ...rulesOfStreams,
    ...rulesOfConnecting,
    ...rulesOfAccounts,
    ruleOfSecrets(tokens),
  ];

  return {
    simulator,
    variables: {
      PUBLIC_URL: base.origin,
      EMBED_ORIGINS: GUEST,
      ALPACA_CLIENT_ID: SIMULATOR_CLIENT.clientId,
      ALPACA_CLIENT_SECRET: SIMULATOR_CLIENT.clientSecret,
      ALPACA_AUTHORIZE_URL: simulator.authorizeUrl,
      ALPACA_TOKEN_URL: simulator.tokenUrl,
      ALPACA_PAPER_URL: simulator.paperUrl,
      ALPACA_LIVE_URL: simulator.liveUrl,
      ALPACA_DATA_URL: simulator.dataUrl,
      ALPACA_PAPER_STREAM_URL: simulator.paperStreamUrl,
      ALPACA_LIVE_STREAM_URL: simulator.liveStreamUrl,
      ALPACA_ENVIRONMENTS: 'paper,live',
      ALPACA_LIVE: 'approved',
      ALPACA_SCOPES: 'account:write trading data',
      CONNECTS_PER_MINUTE: '100000',
      CALLS_PER_MINUTE: '100000',
    },
    async untilAnswered(patience) {
      const client = new World(base, simulator).client();
      for (const end = performance.now() + patience; performance.now() < end; ) {
        const answered = await client.call('/connections').then(
          ({ status }) => status === 200,
          () => false,
        );
        if (answered) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(
        `GET ${base.href}/connections does not answer 200. Start the backend, and see its log.`,
      );
    },
    async run(tell = () => {}) {
      const world = new World(base, simulator);
      const findings: Finding[] = [];
      for (const rule of rules) {
        const finding = await judge(rule, world);
        findings.push(finding);
        tell(finding);
      }
      return findings;
    },
    async [Symbol.asyncDispose]() {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function judge({ id, says, check }: Rule, world: World): Promise<Finding> {
  try {
    await check(world);
    return { id, says };
  } catch (error) {
    const broken =
      error instanceof Broken
        ? { seen: error.message, todo: error.todo }
        : { seen: String(error), todo: 'See the log of the backend.' };
    return { id, says, broken };
  }
}
