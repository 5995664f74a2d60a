import { existsSync, readFileSync } from 'node:fs';
import { type Setting, settings, type Values } from './config.ts';
import { isReview } from './config-formats.ts';
import { type Configuration, withDefaults } from './configuration.ts';

/** Everything that is wrong with the configuration, in one error: each problem with its remedy. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** One line per problem, each starting with the variable it is about. Never holds a value. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`The configuration has ${count}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * The environment variables of this process, with those of a `.env` file in the working directory added.
 * A variable that is already set wins over the file. Nothing else touches the variables of the process.
 */
export function processVariables(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/**
 * Makes the configuration from environment variables.
 * @throws ConfigurationError that lists every problem at once, each with its remedy and none with a value.
 */
export function readConfiguration(variables: Record<string, string | undefined>): Configuration {
  const problems: string[] = [];
  const given = withoutEmpty(variables);
  const unreadable = readSecretFiles(given, problems);
  findMisspelled(given, problems);
  findContradictions(given, problems);

  const values: Record<string, unknown> = {};
  const invalid: string[] = [];
  for (const [name, { variable, check }] of Object.entries<Setting>(settings)) {
    const result = check.safeParse(given[variable]);
    if (result.success) values[name] = result.data;
    // What a file should have held was complained about already.
    else if (!unreadable.has(variable)) {
      invalid.push(...result.error.issues.map(({ message }) => `${variable} ${message}`));
    }
  }
  problems.unshift(...invalid);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const configuration = withDefaults(values as Values);
  const foreign = foreignReturnPages(configuration);
  if (foreign.length > 0) throw new ConfigurationError(foreign);
  return configuration;
}

/** A grant must not return to a page that could not use it. The pages are no secret, and one is easier to find by its address. */
function foreignReturnPages({ returnPages, publicUrl, embedOrigins }: Configuration): string[] {
  const origins = [publicUrl.origin, ...embedOrigins];
  return returnPages
    .filter((page) => !origins.includes(new URL(page).origin))
    .map(
      (page) =>
        `RETURN_PAGES lists ${page}, whose origin may not connect. Add ${new URL(page).origin} to EMBED_ORIGINS, or remove the page.`,
    );
}

/** A variable set to nothing, as `.env.example` leaves many, counts as not set. */
function withoutEmpty(variables: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
  );
}

const SECRETS = Object.values<Setting>(settings)
  .filter(({ secret }) => secret)
  .map(({ variable }) => variable);

/** @returns The variables that have no value because of a problem with their file. */
function readSecretFiles(given: Record<string, string>, problems: string[]): Set<string> {
  const failed = new Set<string>();
  for (const variable of SECRETS) {
    const file = given[`${variable}_FILE`];
    if (file === undefined) continue;
    if (given[variable] !== undefined) {
      problems.push(`${variable}_FILE and ${variable} are both set. Keep one.`);
      failed.add(variable);
      continue;
    }
    try {
      given[variable] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${variable}_FILE names a file that cannot be read. Check the path and its permissions.`);
      failed.add(variable);
    }
  }
  return failed;
}

/**
 * An option that is silently ignored is worse than one that is refused: ALPACA_CLIENTID, ALPACA_SCOPE. Names that only
 * share the prefix are left alone: ALPACA_API_KEY is set on many machines, for other programs.
 */
function findMisspelled(given: Record<string, string>, problems: string[]): void {
  const names = Object.values(settings).map(({ variable }) => variable);
  const known = new Set<string>([...names, ...SECRETS.map((name) => `${name}_FILE`)]);
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

/** Rules between settings, checked on the raw text so that they are listed beside every other problem. */
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
  if (isReview(given['APP_DISCLOSURE'] ?? '') && given['APP_URL'] === undefined) {
    problems.push(
      'APP_URL is missing. With APP_DISCLOSURE=review, set the https address where people learn more about your app: its paragraph links there.',
    );
  }
  const [paper, real] = [given['ALPACA_PAPER_URL'], given['ALPACA_LIVE_URL'] ?? 'https://api.alpaca.markets'];
  if (paper !== undefined && plainUrl(paper) === plainUrl(real)) {
    problems.push(
      "ALPACA_PAPER_URL and ALPACA_LIVE_URL are the same, so that a live account would pass for a paper one. Leave both out for Alpaca's own.",
    );
  }
  // The stream of the wrong environment would refuse every token, and no page would hear of its orders.
  const paperStream = given['ALPACA_PAPER_STREAM_URL'];
  const liveStream = given['ALPACA_LIVE_STREAM_URL'] ?? 'wss://api.alpaca.markets/stream';
  if (paperStream !== undefined && plainUrl(paperStream) === plainUrl(liveStream)) {
    problems.push(
      "ALPACA_PAPER_STREAM_URL and ALPACA_LIVE_STREAM_URL are the same. Leave both out for Alpaca's own.",
    );
  }
}

function plainUrl(text: string): string {
  return (URL.canParse(text) ? new URL(text).href : text).replace(/\/+$/, '');
}
