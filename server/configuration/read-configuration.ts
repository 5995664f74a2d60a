import { readFileSync } from 'node:fs';
import type { Configuration } from './configuration.ts';
import { ConfigurationError } from './configuration-error.ts';
import { variables } from './variables.ts';

/** Variables whose value may come from a file instead, named by the variable with `_FILE` after it. */
const SECRETS = ['ALPACA_CLIENT_SECRET', 'SESSION_KEYS', 'REDIS_URL'] as const;

type Variables = Record<string, string | undefined>;

/**
 * Turns environment variables into a configuration.
 * @throws ConfigurationError that lists every problem at once, each with its remedy and none with a value.
 */
export function readConfiguration(environment: Variables): Configuration {
  const problems: string[] = [];
  const given = withoutEmpty(environment);
  readSecretFiles(given, problems);
  findMisspelled(given, problems);
  findContradictions(given, problems);
  findSameStreams(given, problems);

  const result = variables.safeParse(given);
  if (!result.success) {
    // What a file should have held was complained about already.
    const issues = result.error.issues.filter(
      (issue) => given[`${String(issue.path[0])}_FILE`] === undefined,
    );
    problems.unshift(...issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  }
  if (!result.success || problems.length > 0) throw new ConfigurationError(problems);

  const values = result.data;
  const foreign = foreignReturnPages(values.RETURN_PAGES, [
    values.PUBLIC_URL.origin,
    ...values.EMBED_ORIGINS,
  ]);
  if (foreign.length > 0) throw new ConfigurationError(foreign);
  return {
    clientId: values.ALPACA_CLIENT_ID,
    clientSecret: values.ALPACA_CLIENT_SECRET,
    publicUrl: values.PUBLIC_URL,
    mountPath: '/alpaca',
    embedOrigins: values.EMBED_ORIGINS,
    returnPages: values.RETURN_PAGES,
    sessionKeys: values.SESSION_KEYS,
    environments: values.ALPACA_ENVIRONMENTS,
    scopes: values.ALPACA_SCOPES,
    live: values.ALPACA_LIVE,
    developerAccounts: values.ALPACA_DEVELOPER_ACCOUNTS,
    allow: values.ALPACA_ALLOW,
    sessionFile: values.SESSION_FILE,
    redisUrl: values.REDIS_URL ?? null,
    sessionIdle: values.SESSION_IDLE,
    sessionAbsolute: values.SESSION_ABSOLUTE,
    port: values.PORT,
    trustProxy: values.TRUST_PROXY,
    connectsPerMinute: values.CONNECTS_PER_MINUTE,
    callsPerMinute: values.CALLS_PER_MINUTE,
    pkce: values.ALPACA_PKCE,
    authorizeUrl: values.ALPACA_AUTHORIZE_URL,
    tokenUrl: values.ALPACA_TOKEN_URL,
    paperUrl: values.ALPACA_PAPER_URL,
    liveUrl: values.ALPACA_LIVE_URL,
    dataUrl: values.ALPACA_DATA_URL,
    paperStreamUrl: values.ALPACA_PAPER_STREAM_URL ?? streamOf(values.ALPACA_PAPER_URL),
    liveStreamUrl: values.ALPACA_LIVE_STREAM_URL ?? streamOf(values.ALPACA_LIVE_URL),
    appName: values.APP_NAME ?? values.PUBLIC_URL.host,
    disclosure: values.APP_DISCLOSURE ?? null,
  };
}

/** A grant must not return to a page that could not use it. The pages are no secret, and one is easier to find by its address. */
function foreignReturnPages(pages: readonly string[], origins: readonly string[]): string[] {
  return pages
    .filter((page) => !origins.includes(new URL(page).origin))
    .map(
      (page) =>
        `RETURN_PAGES lists ${page}, whose origin may not connect. Add ${new URL(page).origin} to EMBED_ORIGINS, or remove the page.`,
    );
}

/**
 * The stream beside a trading API, as Alpaca has it. So a token goes to the host that it is for, even if somebody sets the
 * URL of the one and forgets the other: the wrong one would get the token, and refuse it.
 */
function streamOf(api: URL): URL {
  return new URL(`${api.href.replace(/^http/, 'ws').replace(/\/$/, '')}/stream`);
}

/** A variable set to nothing, as `.env.example` leaves many, counts as not set. */
function withoutEmpty(environment: Variables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
  );
}

function readSecretFiles(given: Record<string, string>, problems: string[]): void {
  for (const name of SECRETS) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) {
      problems.push(`${name}_FILE and ${name} are both set. Keep one.`);
      continue;
    }
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${name}_FILE names a file that cannot be read. Check the path and its permissions.`);
    }
  }
}

/**
 * An option that is silently ignored is worse than one that is refused: ALPACA_CLIENTID, ALPACA_SCOPE. Names that only
 * share the prefix are left alone: ALPACA_API_KEY is set on many machines, for other programs.
 */
function findMisspelled(given: Record<string, string>, problems: string[]): void {
  const known = new Set([...Object.keys(variables.shape), ...SECRETS.map((name) => `${name}_FILE`)]);
  const plain = new Map([...known].map((name) => [plainName(name), name]));
  for (const name of Object.keys(given)) {
    const meant = plain.get(plainName(name));
    if (meant !== undefined && !known.has(name)) {
      problems.push(`${name} is not a setting. Write ${meant} if that is what you mean, or remove it.`);
    }
  }
}

/** What two names share that differ only in the ways in which people mistype them. */
function plainName(name: string): string {
  return name
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '')
    .replace(/S$/, '');
}

/** Rules between variables, judged on the raw text so that they are listed beside every other problem. */
function findContradictions(given: Record<string, string>, problems: string[]): void {
  const live = given['ALPACA_LIVE'] ?? 'off';
  if (live === 'off' && /\blive\b/.test(given['ALPACA_ENVIRONMENTS'] ?? '')) {
    problems.push(
      'ALPACA_ENVIRONMENTS offers live, but ALPACA_LIVE is off. Set ALPACA_LIVE to developer or approved, or offer paper only.',
    );
  }
  if (live === 'developer' && !/\w/.test(given['ALPACA_DEVELOPER_ACCOUNTS'] ?? '')) {
    problems.push(
      'ALPACA_DEVELOPER_ACCOUNTS is missing. With ALPACA_LIVE=developer, list your own live account numbers.',
    );
  }
  const [paper, real] = [given['ALPACA_PAPER_URL'], given['ALPACA_LIVE_URL'] ?? 'https://api.alpaca.markets'];
  if (paper !== undefined && plainUrl(paper) === plainUrl(real)) {
    problems.push(
      "ALPACA_PAPER_URL and ALPACA_LIVE_URL are the same, so that a live account would pass for a paper one. Leave both out for Alpaca's own.",
    );
  }
}

/** The stream of the wrong environment would refuse every token, and no page would hear of its orders. */
function findSameStreams(given: Record<string, string>, problems: string[]): void {
  const paper = given['ALPACA_PAPER_STREAM_URL'];
  const live = given['ALPACA_LIVE_STREAM_URL'] ?? 'wss://api.alpaca.markets/stream';
  if (paper !== undefined && plainUrl(paper) === plainUrl(live)) {
    problems.push(
      "ALPACA_PAPER_STREAM_URL and ALPACA_LIVE_STREAM_URL are the same. Leave both out for Alpaca's own.",
    );
  }
}

function plainUrl(text: string): string {
  return (URL.canParse(text) ? new URL(text).href : text).replace(/\/+$/, '');
}
