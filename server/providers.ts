import { hash } from 'node:crypto';
import type { Api, Environment } from './contract.ts';
import { PublicError } from './http/errors.ts';
import type { StoredConnection } from './stored-connection.ts';

/** Who may connect a live account. Alpaca's terms: live trading for other people needs Alpaca's approval. */
export type LiveRule = 'off' | 'developer' | 'approved';

/**
 * Through whom people connect: Alpaca itself, or a broker partner with an OAuth service of its own. Everything that the flow, the
 * proxy and the streams have to know of it. A connection is used by its own provider's entry and by no other, so that a token
 * reaches no host of another one.
 */
export interface Provider {
  id: string;
  /** As people should read it. */
  name: string;
  clientId: string;
  /** Secret. */
  clientSecret: string;
  clientAuthentication: 'client_secret_post' | 'client_secret_basic';
  authorizeUrl: URL;
  tokenUrl: URL;
  /** Where a token is given back when the person disconnects (RFC 7009). */
  revokeUrl?: URL | undefined;
  issuer: string;
  /** Whether an answer without `iss` is refused (RFC 9207). */
  requiresIssuer: boolean;
  /** Byte for byte as it is registered there. Each provider has its own (RFC 9700 section 4.4.2.2). */
  redirectUri: string;
  /** Whether it is sent the PKCE parameters. This server checks them in any case. */
  pkce: boolean;
  /** Whether its refresh tokens are used, where it gives some. */
  refresh: boolean;
  environments: readonly Environment[];
  /** The parameter of the authorization request that names the environment, if it has one. */
  environmentParameter: string | undefined;
  /** What a page may ask for, in Alpaca's words. */
  scopes: readonly string[];
  /** The provider's words for these. A scope without an entry has the same word there. */
  scopeNames: ReadonlyMap<string, string>;
  /** Asked for in any case, where reading needs a scope too. */
  readScope: string | undefined;
  live: LiveRule;
  developerAccounts: readonly string[];
  /** The APIs that it offers, of an environment its Trading API. */
  urls: Readonly<Partial<Record<Api, URL | undefined>>>;
  /** The WebSockets of trade updates. */
  streamUrls: Readonly<Partial<Record<Environment, URL | undefined>>>;
  /** The path of the account below a Trading API. */
  accountPath: string;
  /** Where its customers end what apps may do. */
  manageUrl?: string | undefined;
  /** What the dialog of its buttons says in place of APP_DISCLOSURE. */
  disclosure?: string | undefined;
}

/** The permissions that Alpaca has. */
export const ALPACA_SCOPES: readonly string[] = ['account:write', 'trading', 'data'];

/** The id of Alpaca itself. */
export const ALPACA = 'alpaca';

/** Through whom it was connected. A record of an earlier release, which knew only Alpaca itself, does not say. */
export function providerIdOf({ provider = ALPACA }: Pick<StoredConnection, 'provider'>): string {
  return provider;
}

/** @throws PublicError 400 `config_invalid` for an id that is not offered, without repeating it. */
export function findProvider(providers: readonly Provider[], id: string = ALPACA): Provider {
  const found = providers.find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new PublicError(
    400,
    'config_invalid',
    "This site's server does not offer the provider that the button names. The site's owner has to correct the button's provider attribute, or PROVIDERS_FILE.",
  );
}

/**
 * Names what an attempt was begun with: SHA-256 in base64url. An attempt or a grant whose provider has other endpoints by now is
 * worth nothing: its code would go to somebody else than gave it.
 */
export function endpointsOf(provider: Provider): string {
  const { id, clientId, issuer, redirectUri, authorizeUrl, tokenUrl, revokeUrl, accountPath } = provider;
  const { urls, streamUrls } = provider;
  const hosts = [urls.paper, urls.live, urls.data, streamUrls.paper, streamUrls.live, revokeUrl];
  const all = [
    id,
    clientId,
    issuer,
    redirectUri,
    authorizeUrl,
    tokenUrl,
    accountPath,
    ...hosts.map((url) => url ?? ''),
  ];
  return hash('sha256', JSON.stringify(all), 'base64url');
}

/**
 * Names where the tokens of a connection may go, and whose they are: SHA-256 in base64url. A connection whose provider has others by
 * now is not used, so that an id that is given to another partner sends nobody's tokens there. Names, scopes, the client secret and
 * the consent page may change; the addresses of the other environment, too.
 */
export function destinationsOf(provider: Provider, environment: Environment): string {
  const { id, clientId, tokenUrl, urls, streamUrls } = provider;
  const hosts = [urls[environment], urls.data, streamUrls[environment]];
  return hash(
    'sha256',
    JSON.stringify([id, clientId, tokenUrl, ...hosts.map((url) => url ?? '')]),
    'base64url',
  );
}

/**
 * Finds the connections whose provider has other destinations by now than when they were made. Of those that do not say, only
 * Alpaca's own may be of a release that did not note it.
 */
export function outdatedFinder(
  providers: readonly Provider[],
): (connection: Pick<StoredConnection, 'provider' | 'environment' | 'destinations'>) => boolean {
  const known = new Map(
    providers.flatMap((provider) =>
      (['paper', 'live'] as const).map((environment) => [
        `${provider.id} ${environment}`,
        destinationsOf(provider, environment),
      ]),
    ),
  );
  return (connection) => {
    const id = providerIdOf(connection);
    const { environment, destinations } = connection;
    return destinations === undefined ? id !== ALPACA : destinations !== known.get(`${id} ${environment}`);
  };
}

/** Where the account behind a token is read. */
export function accountUrl({ urls, accountPath }: Provider, environment: Environment): string | undefined {
  const base = urls[environment];
  return base && base.href.replace(/\/$/, '') + accountPath;
}

/**
 * The stream of trade updates beside a Trading API, as Alpaca has it. So a token goes to the host that it is for, even if somebody
 * names the one and forgets the other.
 */
export function streamBeside(api: URL): URL {
  return new URL(`${api.href.replace(/^http/, 'ws').replace(/\/$/, '')}/stream`);
}

/** A scope of ours, space-delimited, in the provider's words. */
export function scopeFor({ scopeNames, readScope }: Provider, scope: string): string {
  const words = split(scope).map((one) => scopeNames.get(one) ?? one);
  return [...new Set(readScope === undefined ? words : [readScope, ...words])].join(' ');
}

/**
 * What a provider granted, in Alpaca's words, as far as it was asked for: where one word of the provider's means several of
 * Alpaca's, a page gets no more than the person agreed to. A word that is not known stays as it is, so that people see it, unless
 * it happens to spell one of Alpaca's, which it would then open.
 * @param granted Undefined when the answer named none: all of it then was granted (RFC 6749 section 5.1).
 */
export function scopeFrom(provider: Provider, granted: string | undefined, asked: string): string {
  const { id, scopeNames, readScope } = provider;
  // Alpaca says with the empty text that reading is all. Broker partners may say it and mean all.
  if (granted === undefined || (granted.trim() === '' && id !== ALPACA)) return split(asked).join(' ');
  const ours = split(granted).flatMap((word) => {
    const meant = split(asked).filter((one) => (scopeNames.get(one) ?? one) === word);
    const isKnown = meant.length > 0 || word === readScope || [...scopeNames.values()].includes(word);
    const opensMore = id !== ALPACA && ALPACA_SCOPES.includes(word);
    return isKnown || opensMore ? meant : [word];
  });
  return [...new Set(ours)].join(' ');
}

/** RFC 6749 section 3.3 delimits scopes by spaces, some answers by commas. */
function split(scope: string): string[] {
  return [...new Set(scope.split(/[\s,]+/).filter((one) => one !== ''))];
}
