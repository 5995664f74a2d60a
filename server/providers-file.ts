import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { endpointOf, isReview, issued, issuerOf, parsed, publicLink, socketOf } from './config-formats.ts';
import type { Environment } from './contract.ts';
import { ALPACA, type Provider, streamBeside } from './providers.ts';

/** Everything of a provider but what follows from the rest of the configuration. */
type ProviderEntry = Omit<Provider, 'redirectUri'>;

/** Ids stand in addresses, and must not be taken for a part of the contract. */
const ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
const TAKEN = [ALPACA, 'paper', 'live', 'data', 'stream', 'callback', 'launch', 'connections'];

/** RFC 6749 section 3.3. */
const SCOPE = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,60}$/, 'must be one scope, without a space.');

const endpoint = parsed(endpointOf, 'must be an https URL without a query (http only on localhost).');
const socket = parsed(socketOf, 'must be a wss URL without a query (ws only on localhost).');

const Entry = z.strictObject({
  name: z.string().trim().min(1, 'is empty.').max(60, 'must not be longer than 60 characters.'),
  authorizeUrl: endpoint,
  tokenUrl: endpoint,
  revokeUrl: endpoint.nullish(),
  issuer: parsed(
    issuerOf,
    'must be an https URL without ? and #, byte for byte as the provider sends it.',
  ).nullish(),
  clientId: issued('is missing.', 'client id'),
  clientSecretFile: z.string('is missing. Name the file that holds the client secret.'),
  clientAuthentication: z.enum(['client_secret_post', 'client_secret_basic']).default('client_secret_post'),
  pkce: z.enum(['on', 'off']).default('on'),
  refresh: z.enum(['auto', 'off']).default('auto'),
  environments: z.array(z.enum(['paper', 'live'])).min(1, 'must name paper, live, or both.'),
  environmentParameter: z
    .string()
    .regex(/^\w{1,40}$/, 'must be the name of a parameter.')
    .nullish(),
  scopes: z.partialRecord(z.enum(['account:write', 'trading', 'data']), SCOPE),
  readScope: SCOPE.nullish(),
  live: z.enum(['off', 'developer', 'approved']).default('off'),
  developerAccounts: z.array(z.string().min(1)).default([]),
  paperUrl: endpoint.nullish(),
  liveUrl: endpoint.nullish(),
  dataUrl: endpoint,
  paperStreamUrl: socket.nullish(),
  liveStreamUrl: socket.nullish(),
  accountUrl: z
    .string()
    .regex(/^(?:\/(?!\.)[\w.-]+)+$/, 'must be a path, such as /v2/account.')
    .default('/v2/account'),
  manageUrl: parsed(publicLink, 'must be an https URL of at most 1,000 characters.').nullish(),
  disclosure: z
    .string()
    .trim()
    .min(1, 'is empty. Leave it out for the text of APP_DISCLOSURE.')
    .max(2_000, 'must not be longer than 2,000 characters.')
    .refine((text) => !isReview(text), "must be the text itself: review is for Alpaca's own.")
    .nullish(),
});
type Entry = z.output<typeof Entry>;

/**
 * Reads the broker partners that `PROVIDERS_FILE` names: a JSON object of them by id.
 * @param complain Told of every problem, as what follows the name of the variable. Never a value.
 */
export function readProviders(file: string, complain: (problem: string) => void): ProviderEntry[] {
  const entries = readObject(file, complain);
  const ids = Object.keys(entries);
  for (const id of ids.filter((each) => !ID.test(each) || TAKEN.includes(each))) {
    complain(
      `names the provider ${JSON.stringify(id.slice(0, 40))}. An id has at most 32 lower-case letters, digits and hyphens, does not begin with a hyphen, and is none of ${TAKEN.join(', ')}.`,
    );
  }
  return ids.flatMap((id) => {
    const problem = (path: string, message: string) => complain(`says of ${id} that ${path} ${message}`);
    const { success, data, error } = Entry.safeParse(entries[id]);
    if (!success) {
      for (const issue of error.issues) problem(issue.path.join('.') || 'it', wordsOf(issue));
      return [];
    }
    findContradictions(data, problem);
    return [providerFrom(id, data, readSecret(data.clientSecretFile, problem))];
  });
}

function readObject(file: string, complain: (problem: string) => void): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // What is wrong with it is said below, without quoting it.
  }
  complain('must name a file with a JSON object: {"acme": {"name": "Acme Invest", …}}.');
  return {};
}

/** In words of ours where zod's own would quote the value, or say nothing of what to do. */
function wordsOf({ code, message, ...issue }: z.core.$ZodIssue): string {
  if (code === 'unrecognized_keys')
    return `has settings that do not exist: ${(issue as { keys: string[] }).keys.join(', ')}.`;
  if (code === 'invalid_type') {
    return /undefined/.test(message)
      ? 'is missing.'
      : `must be a ${(issue as { expected: string }).expected}.`;
  }
  if (code === 'invalid_value')
    return `must be one of ${(issue as { values: unknown[] }).values.join(', ')}.`;
  return message;
}

function findContradictions(entry: Entry, problem: (path: string, message: string) => void): void {
  const { environments, live, developerAccounts } = entry;
  for (const environment of environments) {
    if (!entry[`${environment}Url`]) {
      problem(`${environment}Url`, `is missing. It offers ${environment}: name its Trading API.`);
    }
  }
  if (environments.includes('live') && live === 'off') {
    problem('live', 'is off, but environments has live. Set it to developer or approved, or leave live out.');
  }
  if (live === 'developer' && developerAccounts.length === 0) {
    problem('developerAccounts', 'is missing. With live: "developer", list your own live account numbers.');
  }
  if (environments.length > 1 && entry.paperUrl?.href === entry.liveUrl?.href) {
    problem('paperUrl', 'is also liveUrl, so that a live account would pass for a paper one.');
  }
}

function readSecret(file: string, problem: (path: string, message: string) => void): string {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret !== '') return secret;
  } catch {
    // The same as an empty file.
  }
  problem(
    'clientSecretFile',
    'names a file that cannot be read or is empty. Check the path and its permissions.',
  );
  return '';
}

function providerFrom(id: string, entry: Entry, clientSecret: string): ProviderEntry {
  const { name, clientId, clientAuthentication, authorizeUrl, tokenUrl, revokeUrl, environments } = entry;
  const { dataUrl, live, developerAccounts } = entry;
  const offered = (environment: Environment) =>
    environments.includes(environment) ? (entry[`${environment}Url`] ?? undefined) : undefined;
  const paper = offered('paper');
  const liveApi = offered('live');
  return {
    id,
    name,
    clientId,
    clientSecret,
    clientAuthentication,
    authorizeUrl,
    tokenUrl,
    revokeUrl: revokeUrl ?? undefined,
    issuer: entry.issuer ?? authorizeUrl.origin,
    requiresIssuer: typeof entry.issuer === 'string',
    pkce: entry.pkce === 'on',
    refresh: entry.refresh === 'auto',
    environments: [...new Set(environments)],
    environmentParameter: entry.environmentParameter ?? undefined,
    scopes: Object.keys(entry.scopes),
    scopeNames: new Map(Object.entries(entry.scopes)),
    readScope: entry.readScope ?? undefined,
    live,
    developerAccounts,
    urls: { paper, live: liveApi, data: dataUrl },
    streamUrls: {
      paper: paper && (entry.paperStreamUrl ?? streamBeside(paper)),
      live: liveApi && (entry.liveStreamUrl ?? streamBeside(liveApi)),
    },
    accountPath: entry.accountUrl,
    manageUrl: entry.manageUrl ?? undefined,
    disclosure: entry.disclosure ?? undefined,
  };
}
