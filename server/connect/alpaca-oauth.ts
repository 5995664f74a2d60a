import { randomUUID } from 'node:crypto';
import type { AuthorizationServer, Client } from 'oauth4webapi';
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { isLoopback } from '../config-formats.ts';
import type { ConnectedAccount, Environment } from '../contract.ts';
import { boundedFetch } from '../http/bounded-fetch.ts';
import { ALPACA_FAILED, PublicError } from '../http/errors.ts';
import { ALPACA, accountUrl, type Provider, scopeFor, scopeFrom } from '../providers.ts';
import { readRefusal } from '../proxy/alpaca-refusal.ts';
import { bearer, isJsonType } from '../proxy/upstream-request.ts';
import { steadyNow } from '../session/steady-clock.ts';
import type { Renewal, RenewedToken } from '../stored-connection.ts';
import type { Attempt } from './attempt.ts';

/** RFC 6749 section 4.1.1, with Alpaca's `env` (absent: the person chooses an account of each) and RFC 7636. */
export function authorizationUrl(provider: Provider, attempt: Attempt): URL {
  const { environmentParameter } = provider;
  const scope = scopeFor(provider, attempt.scope);
  const url = new URL(provider.authorizeUrl);
  const { searchParams } = url;
  searchParams.set('response_type', 'code');
  searchParams.set('client_id', provider.clientId);
  searchParams.set('redirect_uri', attempt.redirectUri);
  searchParams.set('state', attempt.state);
  if (scope !== '') searchParams.set('scope', scope);
  if (environmentParameter !== undefined && attempt.environment !== 'both') {
    searchParams.set(environmentParameter, attempt.environment);
  }
  if (provider.pkce) {
    searchParams.set('code_challenge', attempt.codeChallenge);
    searchParams.set('code_challenge_method', 'S256');
  }
  return url;
}

/** Alpaca publishes no metadata (RFC 8414): endpoints come from the configuration. */
export function authorizationServer(provider: Provider): AuthorizationServer {
  const { issuer, requiresIssuer, authorizeUrl, tokenUrl, revokeUrl } = provider;
  return {
    issuer,
    authorization_endpoint: authorizeUrl.href,
    token_endpoint: tokenUrl.href,
    ...(revokeUrl && { revocation_endpoint: revokeUrl.href }),
    ...(requiresIssuer && { authorization_response_iss_parameter_supported: true }),
  };
}

export function oauthClient({ clientId }: Provider): Client {
  return { client_id: clientId };
}

/** A token, with what was granted in Alpaca's words: it may be less than what was asked. */
export type Token = Omit<RenewedToken, 'renewal'> & Partial<Pick<RenewedToken, 'renewal'>>;

interface TokenRequest {
  code: string;
  state: string;
  codeVerifier: string;
  redirectUri: string;
  scope: string;
}

/**
 * Exchanges a provider's code for a token (RFC 6749 section 4.1.3), with the client secret as the provider wants it.
 * @throws PublicError 500 `config_invalid`, 424 `exchange_failed` or `provider_error`, with the private reason as its cause.
 */
export async function requestToken(provider: Provider, request: TokenRequest): Promise<Token> {
  try {
    const answer = await tokenAnswer(provider, request);
    const { refresh_token: refreshToken } = answer;
    const renewal =
      provider.refresh && refreshToken !== undefined
        ? renewalFrom(answer, { family: randomUUID(), generation: 0, refreshToken }, steadyNow())
        : undefined;
    return { ...tokenFrom(provider, answer, request.scope), ...(renewal && { renewal }) };
  } catch (error) {
    throw tokenRefused(error, provider);
  }
}

async function tokenAnswer(
  provider: Provider,
  { code, state, codeVerifier, redirectUri }: TokenRequest,
): Promise<oauth.TokenEndpointResponse> {
  const server = authorizationServer(provider);
  const client = oauthClient(provider);
  // The callback validated this response and sealed its code; the library wants to see it as validated again.
  const validated = oauth.validateAuthResponse(
    server,
    client,
    new URLSearchParams({ code, state, ...(provider.requiresIssuer && { iss: provider.issuer }) }),
    state,
  );
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    clientAuthentication(provider),
    validated,
    redirectUri,
    provider.pkce ? codeVerifier : oauth.nopkce,
    requestOptions(provider.tokenUrl),
  );
  assertJson(response);
  return oauth.processAuthorizationCodeResponse(server, client, response);
}

/** RFC 6749 section 5.1. The library looks at the type only of what it cannot parse. */
function assertJson(response: Response): void {
  if (response.ok && !isJsonType(response.headers.get('content-type'))) {
    throw new TypeError('The answer of the token endpoint is not JSON.');
  }
}

function tokenFrom(
  provider: Provider,
  { access_token: accessToken, scope }: oauth.TokenEndpointResponse,
  asked: string,
): Omit<RenewedToken, 'renewal'> {
  // Refuses a token that no request could carry, or that would inject a header (RFC 6750 section 2.1).
  bearer(accessToken);
  return { accessToken, scope: scopeFrom(provider, scope, asked) };
}

/** Characters. It is kept in the session, and so is that of every other connection. */
const LONGEST_REFRESH_TOKEN = 4_096;
/** Which part of a token's life is over when it is renewed. */
const DUE_AFTER = 0.8;
/** A provider that says 0 must not be asked with every request. Milliseconds. */
const SHORTEST_LIFE = 1_000;

/** @throws TypeError for a refresh token that is too long to keep. The message does not hold it. */
function renewalFrom(
  { expires_in: seconds }: oauth.TokenEndpointResponse,
  token: Pick<Renewal, 'family' | 'generation' | 'refreshToken'>,
  since: number,
): Renewal {
  if (token.refreshToken.length > LONGEST_REFRESH_TOKEN)
    throw new TypeError('The refresh token is too long.');
  if (seconds === undefined) return { ...token, since };
  const life = Math.max(SHORTEST_LIFE, seconds * 1_000);
  return { ...token, since, due: since + life * DUE_AFTER, expires: since + life };
}

/**
 * Trades a refresh token for a new access token (RFC 6749 section 6). Many providers then take the refresh token no more: see to it
 * that nobody else uses it, and store what comes.
 * @param scope What was granted, in Alpaca's words; it can become less, and never more.
 * @throws Error of the library; `isInvalidGrant()` says whether the provider no longer knows the refresh token.
 */
export async function refreshToken(
  provider: Provider,
  scope: string,
  { family, generation, refreshToken: used }: Renewal,
  now: () => number,
): Promise<RenewedToken> {
  const server = authorizationServer(provider);
  const client = oauthClient(provider);
  const response = await oauth.refreshTokenGrantRequest(
    server,
    client,
    clientAuthentication(provider),
    used,
    requestOptions(provider.tokenUrl),
  );
  assertJson(response);
  const answer = await oauth.processRefreshTokenResponse(server, client, response);
  // A provider that does not rotate names none, and the old one stays.
  const token = { family, generation: generation + 1, refreshToken: answer.refresh_token ?? used };
  return { ...tokenFrom(provider, answer, scope), renewal: renewalFrom(answer, token, now()) };
}

function clientAuthentication({ clientAuthentication: method, clientSecret }: Provider): oauth.ClientAuth {
  return method === 'client_secret_basic'
    ? oauth.ClientSecretBasic(clientSecret)
    : oauth.ClientSecretPost(clientSecret);
}

function requestOptions(url: URL) {
  const send = async (
    to: string,
    { method, headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>,
  ) => withStandardError(await boundedFetch(to, { method, headers, body }));
  return { [oauth.customFetch]: send, [oauth.allowInsecureRequests]: isLoopback(url) };
}

/**
 * Gives a token back to a provider that takes it (RFC 7009), so that it is worth nothing from now on: first what would renew it.
 * @throws Error when the provider does not confirm it.
 */
export async function revokeToken(
  provider: Provider,
  { accessToken, renewal }: Pick<Token, 'accessToken' | 'renewal'>,
): Promise<void> {
  const { revokeUrl } = provider;
  if (revokeUrl === undefined) return;
  const giveBack = async (token: string, hint: 'refresh_token' | 'access_token') => {
    const response = await oauth.revocationRequest(
      authorizationServer(provider),
      oauthClient(provider),
      clientAuthentication(provider),
      token,
      { ...requestOptions(revokeUrl), additionalParameters: { token_type_hint: hint } },
    );
    await oauth.processRevocationResponse(response);
  };
  if (renewal !== undefined) await giveBack(renewal.refreshToken, 'refresh_token');
  if (accessToken !== '') await giveBack(accessToken, 'access_token');
}

/**
 * Alpaca answers errors in an envelope of its own, `{"code":40110000,"message":"invalid_client"}`. It becomes the one of
 * RFC 6749 section 5.2, so that the library understands it; every other answer stays as it is.
 */
async function withStandardError(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response.clone().text();
  const message = /"message"\s*:\s*"([a-z_]{1,40})"/.exec(text)?.[1];
  if (message === undefined || /"error"\s*:/.test(text)) return response;
  return Response.json({ error: message }, { status: response.status < 500 ? 400 : response.status });
}

/** Whether a token call failed because the provider did not accept the code, or no longer knows the refresh token. */
export function isInvalidGrant(error: unknown): boolean {
  const cause = error instanceof PublicError ? error.cause : error;
  return cause instanceof oauth.ResponseBodyError && cause.error === 'invalid_grant';
}

function tokenRefused(error: unknown, { id, name }: Provider): PublicError {
  const isAlpaca = id === ALPACA;
  const code = error instanceof oauth.ResponseBodyError ? error.error : undefined;
  if (code === 'invalid_client' || code === 'unauthorized_client') {
    return new PublicError(
      500,
      'config_invalid',
      `${name} does not know this site's app or its secret. Nothing was connected. The site's owner has to check, in this order: ${isAlpaca ? "the app's Publish switch at Alpaca, whether its review is pending, the redirect URI, ALPACA_CLIENT_ID and ALPACA_CLIENT_SECRET" : 'the redirect URI, and clientId, clientSecretFile and clientAuthentication in PROVIDERS_FILE'}.`,
      { cause: error },
    );
  }
  if (code === 'invalid_grant') {
    return new PublicError(
      ALPACA_FAILED,
      'exchange_failed',
      `${name} did not accept its own code: it may have expired. Nothing was connected. Press the connect button again. (Site owners: if it happens every time, check the registered redirect URI, then try ${isAlpaca ? 'ALPACA_PKCE=off' : '"pkce": "off" in PROVIDERS_FILE'}.)`,
      { cause: error },
    );
  }
  return new PublicError(
    ALPACA_FAILED,
    'provider_error',
    `${name} did not answer as expected. Nothing was connected. Try again in a moment.`,
    { cause: error },
  );
}

/**
 * The part of `GET /v2/account` that a connection keeps. Alpaca's own schema requires `id` and `status` only. By the time of
 * this answer the code is spent, so nothing else in it may fail the connection.
 */
const Account = z.object({
  id: z.string().min(1).max(100),
  status: z.string().max(100),
  account_number: z.string().max(100).catch(''),
  currency: z.string().min(1).max(10).catch('USD'),
  account_blocked: z.boolean().catch(false),
  trading_blocked: z.boolean().catch(false),
  trade_suspended_by_user: z.boolean().catch(false),
});

/**
 * Which accounts a token covers: Alpaca says so only when each environment is asked. 200 means covered; 401 and 403 mean
 * not, if Alpaca itself answers them. A gateway's page with that status says nothing about the token.
 * @throws PublicError 424 `provider_error` for any other answer.
 */
export async function findAccounts(
  provider: Provider,
  environments: readonly Environment[],
  accessToken: string,
): Promise<Map<Environment, ConnectedAccount>> {
  const found = await Promise.all(
    environments.map(async (environment) => {
      const account = await findAccount(provider, environment, accessToken);
      return account ? ([[environment, account]] as const) : [];
    }),
  );
  return new Map(found.flat());
}

async function findAccount(
  provider: Provider,
  environment: Environment,
  accessToken: string,
): Promise<ConnectedAccount | undefined> {
  const url = accountUrl(provider, environment);
  if (url === undefined) return undefined;
  const unexpected = (cause?: unknown) =>
    new PublicError(
      ALPACA_FAILED,
      'provider_error',
      `${provider.name} did not tell which account was connected. Nothing was connected. Try again in a moment.`,
      { cause },
    );
  try {
    const response = await boundedFetch(url, {
      headers: { Authorization: bearer(accessToken), Accept: 'application/json' },
    });
    const isRefused = response.status === 401 || response.status === 403;
    if (isRefused && saysAnything(await response.text(), accessToken)) return undefined;
    if (response.status !== 200) throw unexpected();
    const account = Account.parse(await response.json());
    const { id, account_number: number, status, currency } = account;
    return { id, number, status, currency, tradingBlocked: isTradingBlocked(environment, account) };
  } catch (error) {
    throw error instanceof PublicError ? error : unexpected(error);
  }
}

/** Alpaca calls an account "active for trading" in one status only. A paper account trades in `PAPER_ONLY`, too. */
function isTradingBlocked(environment: Environment, account: z.infer<typeof Account>): boolean {
  const trades = account.status === 'ACTIVE' || (environment === 'paper' && account.status === 'PAPER_ONLY');
  return !trades || account.account_blocked || account.trading_blocked || account.trade_suspended_by_user;
}

function saysAnything(body: string, accessToken: string): boolean {
  const { about, words } = readRefusal(body, accessToken);
  return about !== 'unclear' || words !== '';
}
