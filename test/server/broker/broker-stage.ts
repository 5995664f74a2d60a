import { hash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import {
  type BrokerApi,
  type BrokerClient,
  type Partner,
  SIMULATOR_BROKER_CLIENT,
  SIMULATOR_END_USER_ACCOUNTS,
  SIMULATOR_PARTNER,
  type Simulator,
  startSimulator,
} from '../../../demo/simulator/index.ts';
import {
  type BrokerGrantEvent,
  type BrokerOAuthOptions,
  type BrokerUser,
  brokerMetadata,
  brokerOAuth,
} from '../../../server/broker/index.ts';
import { createLogger } from '../../../server/http/log.ts';
import { temporaryFolder, writeSecret } from './secret-file.ts';

/** An app that keeps no secret from anybody here. Its addresses are of nobody. */
export const APP: BrokerClient = {
  ...SIMULATOR_BROKER_CLIENT,
  name: 'Trading App',
  description: 'Charts and orders in one place.',
  url: 'https://trading-app.example',
  redirectUris: ['https://trading-app.example/callback', 'https://trading-app.example/second?tab=1'],
  termsOfUse: 'https://trading-app.example/terms',
  privacyPolicy: 'https://trading-app.example/privacy',
};

export const OTHER_APP: BrokerClient = {
  ...APP,
  clientId: '0123456789abcdef0123456789abcdef',
  clientSecret: 'fedcba9876543210fedcba9876543210fedcba98',
  name: 'Other App',
  url: 'https://other-app.example',
  redirectUris: ['https://other-app.example/callback'],
};

/** An Express app of a broker with its OAuth service, on a real SQLite file, and the simulated Broker API behind it. */
export interface BrokerStage extends AsyncDisposable {
  origin: string;
  issuer: string;
  simulator: Simulator;
  api: BrokerApi;
  options: BrokerOAuthOptions;
  /** Who can sign in, by name. Tests may change what they have. */
  users: Map<string, BrokerUser>;
  granted: BrokerGrantEvent[];
  revoked: BrokerGrantEvent[];
  logged(): string;
}

interface BrokerStageOptions {
  clients?: readonly BrokerClient[];
  partner?: Partner;
  options?: Partial<BrokerOAuthOptions>;
  authentication?: (api: BrokerApi) => BrokerOAuthOptions['api']['authentication'];
  /** The `trust proxy` of the app: each test client can have an address of its own. */
  trustProxy?: boolean;
}

export async function openBrokerStage(stage: BrokerStageOptions = {}): Promise<BrokerStage> {
  const folder = temporaryFolder();
  const simulator = await startSimulator();
  const api = await simulator.startBrokerApi({
    clients: stage.clients ?? [APP, OTHER_APP],
    ...(stage.partner ? { partner: stage.partner } : {}),
  });
  const logged: string[] = [];
  const granted: BrokerGrantEvent[] = [];
  const revoked: BrokerGrantEvent[] = [];
  const users = new Map(['mia', 'noah'].map((name, index) => [name, userOf(name, index)]));

  const app = express();
  app.set('trust proxy', stage.trustProxy === false ? false : 'loopback');
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const cookieOf = (header = '') => /(?:^|; )user=(\w+)/.exec(header)?.[1] ?? '';
  const options: BrokerOAuthOptions = {
    broker: { name: 'Acme Invest', supportUrl: 'https://acme.example/help' },
    api: {
      url: api.url,
      authentication: stage.authentication?.(api) ?? {
        type: 'client_credentials',
        tokenUrl: api.tokenUrl,
        clientId: SIMULATOR_PARTNER.clientId,
        clientSecretFile: writeSecret(folder, SIMULATOR_PARTNER.clientSecret),
      },
    },
    issuer: `${origin}/oauth`,
    getUser: ({ headers }) => users.get(cookieOf(headers.cookie)),
    signIn: (_request, response, { returnTo, prompt, lang }) => {
      const query = new URLSearchParams({ to: returnTo, prompt: prompt ?? '', lang });
      response.writeHead(303, { Location: `/sign-in?${query}` }).end();
    },
    store: { keys: [randomBytes(32).toString('base64')], file: `${folder}/broker.sqlite` },
    log: createLogger({ write: (line) => void logged.push(line) }),
    onGrant: (event) => void granted.push(event),
    onRevoke: (event) => void revoked.push(event),
    ...stage.options,
  };
  const oauth = brokerOAuth(options);
  app.use(brokerMetadata(options));
  app.use('/oauth', oauth);

  return {
    origin,
    issuer: options.issuer,
    simulator,
    api,
    options,
    users,
    granted,
    revoked,
    logged: () => logged.join(''),
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await oauth.close();
      await simulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function userOf(name: string, index: number): BrokerUser {
  const names = [...new Set(SIMULATOR_END_USER_ACCOUNTS.map(({ endUser }) => endUser))];
  const accounts = SIMULATOR_END_USER_ACCOUNTS.filter(({ endUser }) => endUser === names[index]);
  return {
    id: `person-${index}`,
    name: `${name}@acme.example`,
    accounts: accounts.map((account) => ({
      id: account.id,
      number: account.number,
      label: account.name,
      status: 'ACTIVE',
      tradable: true,
    })),
  };
}

/** PKCE's pair. */
export function proofKey(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: hash('sha256', verifier, 'base64url') };
}

/** A browser: it keeps who is signed in, follows nothing by itself, and knows the page before it. */
export class Person {
  readonly stage: BrokerStage;
  /** Whose session the browser has; empty for nobody's. */
  user: string;
  /** Each has an address of its own, so that nobody is counted with somebody else. */
  readonly address = `198.51.${randomBytes(1)[0]}.${randomBytes(1)[0]}`;

  constructor(stage: BrokerStage, user = 'mia') {
    this.stage = stage;
    this.user = user;
  }

  get(target: string, headers: Record<string, string> = {}): Promise<Response> {
    const url = new URL(target, this.stage.origin);
    return fetch(url, { headers: { ...this.#headers(), ...headers }, redirect: 'manual' });
  }

  post(
    target: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return fetch(new URL(target, this.stage.origin), {
      method: 'POST',
      headers: {
        ...this.#headers(),
        Origin: this.stage.origin,
        'Sec-Fetch-Site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  }

  #headers(): Record<string, string> {
    return {
      'X-Forwarded-For': this.address,
      Cookie: `user=${this.user}`,
    };
  }

  authorize(parameters: Record<string, string | undefined>): Promise<Response> {
    return this.get(authorizeUrl(parameters));
  }

  /** Presses a button of the page that asks. */
  async decide(
    page: string,
    decision: 'allow' | 'deny',
    changes: Record<string, string> = {},
  ): Promise<Response> {
    return this.post('/oauth/authorize', { ...formOf(page), account: '0', decision, ...changes });
  }

  /** The whole way to a code. */
  async allow(parameters: Record<string, string | undefined>): Promise<URL> {
    const page = await this.authorize(parameters);
    const answer = await this.decide(await page.text(), 'allow');
    return new URL(answer.headers.get('location') ?? 'about:blank');
  }
}

export function authorizeUrl(parameters: Record<string, string | undefined>): string {
  const all = {
    response_type: 'code',
    client_id: APP.clientId,
    redirect_uri: APP.redirectUris[0],
    ...parameters,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value);
  return `/oauth/authorize?${query}`;
}

/** The hidden fields of a page's form. */
export function formOf(page: string): Record<string, string> {
  return Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
}

/** What an app's server does at the token endpoint. */
export function exchange(
  stage: BrokerStage,
  fields: Record<string, string | undefined>,
  { client = APP, headers = {} }: { client?: BrokerClient; headers?: Record<string, string> } = {},
): Promise<Response> {
  const all = {
    grant_type: 'authorization_code',
    redirect_uri: client.redirectUris[0],
    client_id: client.clientId,
    client_secret: client.clientSecret,
    ...fields,
  };
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value !== undefined) body.set(name, value);
  return fetch(`${stage.issuer}/token`, { method: 'POST', body, headers });
}

/** How many requests of a kind the Broker API has seen. */
export function callsOf(stage: BrokerStage, method: string, path: string): number {
  return stage.api.control.requests.filter((seen) => seen.method === method && seen.path.startsWith(path))
    .length;
}
