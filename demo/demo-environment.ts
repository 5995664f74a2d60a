import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { SIMULATOR_CLIENT } from './simulator/index.ts';

export const SITE_URL = 'http://localhost:3000';
export const FOREIGN_URL = 'http://127.0.0.1:3001';
export const SIMULATOR_URL = 'http://localhost:4010';

/** What the demo keeps between two runs: the session key, the sessions, the simulator's state, the server's log. */
export const DEMO_FOLDER = '.demo';

type Variables = Record<string, string | undefined>;

/** With credentials of a real app the demo talks to the real Alpaca; without, to the simulator. */
export function isSimulated(environment: Variables): boolean {
  return !environment['ALPACA_CLIENT_ID'] && !environment['ALPACA_CLIENT_SECRET'];
}

/** The variables of the demo's server: what the person set, the demo's addresses, and the simulator as Alpaca. */
export function demoEnvironment(environment: Variables): Variables {
  return {
    APP_NAME: 'Demo Desk',
    ALPACA_SCOPES: 'account:write trading data',
    SESSION_KEYS: demoSessionKey(),
    SESSION_FILE: `${DEMO_FOLDER}/sessions.sqlite`,
    ...withoutEmpty(environment),
    PUBLIC_URL: SITE_URL,
    PORT: new URL(SITE_URL).port,
    EMBED_ORIGINS: FOREIGN_URL,
    RETURN_PAGES: `${SITE_URL}/,${FOREIGN_URL}/`,
    ...(isSimulated(environment) ? simulatedAlpaca() : {}),
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
    ALPACA_AUTHORIZE_URL: `${SIMULATOR_URL}/oauth/authorize`,
    ALPACA_TOKEN_URL: `${SIMULATOR_URL}/oauth/token`,
    ALPACA_PAPER_URL: `${SIMULATOR_URL}/paper`,
    ALPACA_LIVE_URL: `${SIMULATOR_URL}/live`,
    ALPACA_DATA_URL: `${SIMULATOR_URL}/data`,
    ALPACA_PAPER_STREAM_URL: `${SIMULATOR_URL.replace('http', 'ws')}/paper/stream`,
    ALPACA_LIVE_STREAM_URL: `${SIMULATOR_URL.replace('http', 'ws')}/live/stream`,
  };
}

/** Made on the first run and kept, readable by its owner only: no default secret, and a restart stays connected. */
function demoSessionKey(): string {
  const file = `${DEMO_FOLDER}/session-key`;
  mkdirSync(DEMO_FOLDER, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
