import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { acmeProviders } from './acme/acme-provider.ts';
import { SIMULATOR_BROKER_CLIENT, SIMULATOR_CLIENT, SIMULATOR_PARTNER } from './simulator/index.ts';

export const SITE_URL = 'http://localhost:3000';
export const FOREIGN_URL = 'http://127.0.0.1:3001';
export const SIMULATOR_URL = 'http://localhost:4010';
export const BROKER_API_URL = 'http://localhost:4011';
export const ACME_URL = 'http://127.0.0.1:4020';

/** What the demo keeps between two runs: keys, sessions, grants, the simulator's state, logs. */
export const DEMO_FOLDER = '.demo';
/** Holds what Acme authenticates itself with at the Broker API. */
export const PARTNER_SECRET_FILE = `${DEMO_FOLDER}/acme-partner-secret`;

type Variables = Record<string, string | undefined>;

/** With credentials of a real app the demo talks to the real Alpaca; without, to the simulator. */
export function isSimulated(environment: Variables): boolean {
  return !environment['ALPACA_CLIENT_ID'] && !environment['ALPACA_CLIENT_SECRET'];
}

/** Acme is a simulation, beside the simulated Alpaca only, and makes room for partners that somebody names. */
export function hasAcme(environment: Variables): boolean {
  return isSimulated(environment) && !environment['PROVIDERS_FILE'];
}

/** The variables of the demo's server: what the person set, the demo's addresses, and the simulator as Alpaca. */
export function demoEnvironment(environment: Variables): Variables {
  return {
    APP_NAME: 'Demo Desk',
    ALPACA_SCOPES: 'account:write trading data',
    SESSION_KEYS: demoKey('session-key'),
    SESSION_FILE: `${DEMO_FOLDER}/sessions.sqlite`,
    ...withoutEmpty(environment),
    PUBLIC_URL: SITE_URL,
    PORT: new URL(SITE_URL).port,
    EMBED_ORIGINS: FOREIGN_URL,
    RETURN_PAGES: `${SITE_URL}/,${FOREIGN_URL}/`,
    ...(isSimulated(environment) ? simulatedAlpaca() : {}),
    ...(hasAcme(environment) ? { PROVIDERS_FILE: acmeProvidersFile() } : {}),
  };
}

/** A copy of `.env.example` sets many variables to nothing; those must not replace the demo's own. */
function withoutEmpty(environment: Variables): Variables {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

function simulatedAlpaca(): Variables {
  return {
    ALPACA_CLIENT_ID: SIMULATOR_CLIENT.clientId,
    ALPACA_CLIENT_SECRET: SIMULATOR_CLIENT.clientSecret,
    // Nothing is at stake in the simulator: the demo shows live accounts beside paper ones.
    ALPACA_ENVIRONMENTS: 'paper,live',
    ALPACA_LIVE: 'approved',
    // For the rebalancer, which acts for those who let it.
    AWAY_DAYS: '30',
    ALPACA_AUTHORIZE_URL: `${SIMULATOR_URL}/oauth/authorize`,
    ALPACA_TOKEN_URL: `${SIMULATOR_URL}/oauth/token`,
    ALPACA_PAPER_URL: `${SIMULATOR_URL}/paper`,
    ALPACA_LIVE_URL: `${SIMULATOR_URL}/live`,
    ALPACA_DATA_URL: `${SIMULATOR_URL}/data`,
    ALPACA_PAPER_STREAM_URL: `${SIMULATOR_URL.replace('http', 'ws')}/paper/stream`,
    ALPACA_LIVE_STREAM_URL: `${SIMULATOR_URL.replace('http', 'ws')}/live/stream`,
  };
}

/** Writes the files through which the demo's server and Acme know each other. They hold the simulator's secrets, which open nothing. */
function acmeProvidersFile(): string {
  const file = `${DEMO_FOLDER}/providers.json`;
  const secretFile = `${DEMO_FOLDER}/acme-app-secret`;
  const alpaca = {
    liveUrl: `${SIMULATOR_URL}/live`,
    liveStreamUrl: `${SIMULATOR_URL.replace('http', 'ws')}/live/stream`,
    dataUrl: `${SIMULATOR_URL}/data`,
  };
  const providers = acmeProviders({ acmeUrl: ACME_URL, alpaca, secretFile });
  writeFileSync(file, JSON.stringify(providers, null, 2), { mode: 0o600 });
  writeFileSync(secretFile, SIMULATOR_BROKER_CLIENT.clientSecret, { mode: 0o600 });
  writeFileSync(PARTNER_SECRET_FILE, SIMULATOR_PARTNER.clientSecret, { mode: 0o600 });
  return file;
}

/** Made on the first run and kept, readable by its owner only: no default secret, and a restart stays connected. */
export function demoKey(name: string): string {
  const file = `${DEMO_FOLDER}/${name}`;
  mkdirSync(DEMO_FOLDER, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
