import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isLoopback } from './config-formats.ts';
import { ConfigurationError, processVariables, readConfiguration } from './config-reader.ts';
import type { Configuration } from './configuration.ts';
import { authorizationUrl, requestToken } from './connect/alpaca-oauth.ts';
import { newAttempt, newState } from './connect/attempt.ts';
import { boundedFetch } from './http/bounded-fetch.ts';
import { PublicError } from './http/errors.ts';
import { readWidgetAssets } from './http/widget-files.ts';
import { ALPACA, type Provider } from './providers.ts';
import { chooseBackend } from './session/choose-backend.ts';
import { type RecordBackend, RecordStore } from './session/records.ts';
import { RedisBackend } from './session/redis.ts';
import { RedisFailure } from './session/redis-client.ts';
import { Sealer } from './session/sealer.ts';

/** One thing that `npm run check` looked at. */
export type Finding =
  | { level: 'ok'; what: string }
  /** A problem will fail; a warning may be meant, or cannot be decided from here. */
  | { level: 'warning' | 'problem'; what: string; remedy: string };

/** `npm run check`: says what is right and what is not, before anybody tries to connect. Exit code 1 for a problem. */
async function main(): Promise<void> {
  const findings = await checkSetup(readConfiguration(processVariables()));
  for (const finding of findings) process.stdout.write(`${line(finding)}\n`);
  if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1;
}

function line(finding: Finding): string {
  if (finding.level === 'ok') return `ok       ${finding.what}`;
  return `${finding.level.toUpperCase().padEnd(8)} ${finding.what}\n         ${finding.remedy}`;
}

/**
 * Tries out what a valid configuration can still get wrong. Sends the client secret to the token endpoint, which is who
 * it is for, and nothing secret anywhere else.
 */
export async function checkSetup(configuration: Configuration): Promise<Finding[]> {
  const { providers } = configuration;
  const findings = await Promise.all([
    checkAddresses(configuration),
    checkWidget(),
    checkStore(configuration),
    checkPublicUrl(configuration),
    checkUpstreams(configuration),
    ...providers.map((provider) => checkClient(configuration, provider)),
  ]);
  const registered = providers.map(({ name, redirectUri }, index): Finding => {
    const valid = index === 0 ? 'The configuration is valid. ' : '';
    return {
      level: 'ok',
      what: `${valid}Register exactly this redirect URI with ${name}: ${redirectUri}`,
    };
  });
  return [...registered, ...findings.flat()];
}

/** What is wrong with the addresses, as far as it shows without a request. */
function checkAddresses({ publicUrl, embedOrigins, trustProxy }: Configuration): Finding[] {
  const findings: Finding[] = [];
  if (publicUrl.protocol === 'https:' && !trustProxy) {
    findings.push({
      level: 'problem',
      what: 'PUBLIC_URL is https, but no proxy is trusted. This server speaks plain http, so a proxy in front of it has to hold the certificate. As none is trusted, no browser would get a session cookie.',
      remedy:
        'Set TRUST_PROXY to the number of proxies in front of this server (often 1), and have the last one send X-Forwarded-Proto.',
    });
  }
  if (isLoopback(publicUrl) && publicUrl.hostname !== 'localhost') {
    findings.push({
      level: 'warning',
      what: `PUBLIC_URL names this machine ${publicUrl.hostname}. Alpaca takes redirect URIs on localhost; this is another URI, and for browsers another site.`,
      remedy: `Set PUBLIC_URL to ${withHost(publicUrl, 'localhost')} and open that in the browser, unless you registered this one.`,
    });
  }
  for (const origin of embedOrigins) {
    const url = new URL(origin);
    const twin = isLoopback(url) && isLoopback(publicUrl) && url.port === publicUrl.port;
    if (!twin || url.hostname === publicUrl.hostname) continue;
    findings.push({
      level: 'warning',
      what: `EMBED_ORIGINS holds ${origin}, which is PUBLIC_URL (${publicUrl.origin}) by another name. For browsers these are two sites with separate cookies.`,
      remedy: `Remove it, and open ${publicUrl.origin} in the browser.`,
    });
  }
  return findings;
}

function withHost(url: URL, hostname: string): string {
  return Object.assign(new URL(url), { hostname }).origin;
}

/** The script and the popup's pages that the server sends are built by `npm run build`, and not part of a clone. */
function checkWidget(): Finding[] {
  try {
    readWidgetAssets();
    return [{ level: 'ok', what: 'The widget is built.' }];
  } catch {
    return [{ level: 'problem', what: 'The widget is not built.', remedy: 'Run npm run build.' }];
  }
}

/** Writes a record to the session store, reads it and removes it. */
async function checkStore(configuration: Configuration): Promise<Finding[]> {
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
  // A hosted Redis may not say it.
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

/** Whether PUBLIC_URL leads to this software. It need not run while this is checked. */
async function checkPublicUrl({ publicUrl, mountPath }: Configuration): Promise<Finding[]> {
  const url = new URL(`${mountPath}/connections`, publicUrl);
  const answer = await boundedFetch(url, { method: 'GET' }).catch(() => undefined);
  if (answer === undefined) {
    return [
      {
        level: 'warning',
        what: `Nothing answers at ${publicUrl.origin} yet, as seen from this machine.`,
        remedy: 'Start the server (npm start), and the proxy in front of it, then check again.',
      },
    ];
  }
  if (await isThisSoftware(answer))
    return [{ level: 'ok', what: `${publicUrl.origin} leads to this software.` }];
  return [
    {
      level: 'problem',
      what: `Something else answers at ${url.href}.`,
      remedy: `Let the proxy in front pass ${mountPath}/ on unchanged, or correct PUBLIC_URL, or free the port.`,
    },
  ];
}

/** Only this software refuses a request without the `X-Alpaca-Connect` header with this code. */
async function isThisSoftware(answer: Response): Promise<boolean> {
  const body = (await answer.json().catch(() => null)) as { code?: unknown } | null;
  return body?.code === 'header_missing';
}

/** Whether each host of Alpaca and its partners that is needed answers, and agrees with this machine's clock. */
async function checkUpstreams({ providers }: Configuration): Promise<Finding[]> {
  const needed = providers.flatMap(({ tokenUrl, environments, urls }) => [
    tokenUrl,
    ...[...environments, 'data' as const].map((api) => urls[api]),
  ]);
  const origins = new Set(needed.filter((url) => url !== undefined).map(({ origin }) => origin));
  return Promise.all([...origins].map(checkUpstream));
}

/** Attempts and grants expire by this machine's clock; five minutes are half an attempt's life. Milliseconds. */
const MOST_CLOCK_SKEW = 5 * 60_000;

/** Any answer counts, an error too: the question is only whether the host can be reached. */
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
      remedy: 'Check the network, the firewall, and the ALPACA_…_URL settings or PROVIDERS_FILE.',
    };
  }
}

/** Whether a provider knows the app: its id, its secret and its redirect URI. Nobody is asked for consent. */
async function checkClient(configuration: Configuration, provider: Provider): Promise<Finding[]> {
  return Promise.all([checkSecret(provider), checkRedirectUri(configuration, provider)]);
}

/** Sends a code that cannot exist: a server that does not know the client says so first (RFC 6749 section 5.2). */
async function checkSecret(provider: Provider): Promise<Finding> {
  const { name, redirectUri, tokenUrl } = provider;
  const made = { code: 'npm-run-check', state: newState(), codeVerifier: newState(), scope: '' };
  const error: unknown = await requestToken(provider, { ...made, redirectUri }).catch(
    (thrown: unknown) => thrown,
  );
  const code = error instanceof PublicError ? error.code : undefined;
  if (code === 'exchange_failed') return { level: 'ok', what: `${name} knows the client id and its secret.` };
  if (code === 'config_invalid' && provider.id !== ALPACA) {
    return {
      level: 'problem',
      what: `${name} answers invalid_client: it does not know the client id of PROVIDERS_FILE, or not with this secret.`,
      remedy:
        'Check clientId, clientSecretFile and clientAuthentication with them, and that your app is enabled there.',
    };
  }
  if (code === 'config_invalid') {
    return {
      level: 'problem',
      what: 'Alpaca answers invalid_client: it does not know ALPACA_CLIENT_ID, ALPACA_CLIENT_SECRET is not its secret, or the app is not published.',
      remedy: `At https://app.alpaca.markets/connect, check in this order: 1. the app's Publish switch is on; 2. its review is not pending; 3. its redirect URI is exactly ${redirectUri}; 4. id and secret are copied from there. Trading API keys (PK…, AK…) are something else.`,
    };
  }
  return {
    level: 'warning',
    what: `${tokenUrl.origin} did not say whether it knows the client id and its secret.`,
    remedy: 'Connect once by hand. Should that fail, check the URL of the token endpoint.',
  };
}

/**
 * Asks the authorize page for consent, by the redirect URI and by one that cannot be registered. Alpaca's page is a script
 * that answers 200 to anything, so only a page that refuses the second says anything about the first.
 */
async function checkRedirectUri(configuration: Configuration, provider: Provider): Promise<Finding> {
  const { name, redirectUri: uri } = provider;
  const [environment = 'paper'] = provider.environments;
  const attempt = newAttempt(configuration, {
    provider: provider.id,
    environment,
    codeChallenge: newState(),
    origin: configuration.publicUrl.origin,
  });
  const [status, controlStatus] = await Promise.all(
    [uri, `${uri}/${newState()}`].map((each) =>
      statusOf(authorizationUrl(provider, { ...attempt, redirectUri: each })),
    ),
  );
  if (isRefusal(status)) {
    return {
      level: 'problem',
      what: `The authorize page of ${name} refuses this client id with the redirect URI ${uri} (status ${status}).`,
      remedy:
        'Register exactly this redirect URI with the app: scheme, host, port and path count, localhost and 127.0.0.1 are two, and so is a slash at the end.',
    };
  }
  if (status !== undefined && status < 400 && isRefusal(controlStatus)) {
    return {
      level: 'ok',
      what: `The authorize page of ${name} takes the redirect URI ${uri}, and no other.`,
    };
  }
  return {
    level: 'warning',
    what: `Whether ${name} knows the client id and the redirect URI ${uri} cannot be seen from here: ${provider.authorizeUrl.origin} does not say.`,
    remedy:
      'Press the connect button once. An app that is not published, or a redirect URI that is not registered, ends on an error page there.',
  };
}

/** Undefined when there is no answer. */
function statusOf(url: URL): Promise<number | undefined> {
  return boundedFetch(url, { method: 'GET' }).then(
    (answer) => answer.status,
    () => undefined,
  );
}

/** Statuses with which an authorize page refuses a request. Others (403, 429, 503) may be meant for scripts only. */
const REFUSALS = [400, 401, 404, 422];

function isRefusal(status: number | undefined): boolean {
  return status !== undefined && REFUSALS.includes(status);
}

/** Whether Node was started with this file, and did not only import it. */
function isStarted(): boolean {
  const [, script] = process.argv;
  return script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url);
}

if (isStarted()) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof ConfigurationError ? error.message : 'The check failed.'}\n`);
    process.exitCode = 1;
  });
}
