import * as oauth from 'oauth4webapi';
import type { Configuration } from '../configuration/configuration.ts';
import { isLoopback } from '../configuration/is-loopback.ts';
import { PublicError } from '../errors/public-error.ts';
import { bearer } from '../proxy/upstream-request.ts';
import { authorizationServer, oauthClient } from './authorization-server.ts';
import { boundedFetch } from './bounded-fetch.ts';

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

export interface Token {
  accessToken: string;
  /** What Alpaca granted, which may be less than what was asked. */
  scope: string;
}

export interface TokenRequest {
  code: string;
  state: string;
  codeVerifier: string;
  redirectUri: string;
  scope: string;
}

/**
 * Exchanges Alpaca's code for a token (RFC 6749 section 4.1.3), with the client secret in the form body.
 * @throws PublicError `config_invalid`, `exchange_failed` or `provider_error`, with the private reason as its cause.
 */
export async function requestToken(configuration: Configuration, request: TokenRequest): Promise<Token> {
  try {
    const answer = await tokenAnswer(configuration, request);
    // Refuses a token that no request could carry, or that would inject a header (RFC 6750 section 2.1).
    bearer(answer.access_token);
    return { accessToken: answer.access_token, scope: answer.scope ?? request.scope };
  } catch (error) {
    throw explain(error);
  }
}

async function tokenAnswer(
  configuration: Configuration,
  { code, state, codeVerifier, redirectUri }: TokenRequest,
): Promise<oauth.TokenEndpointResponse> {
  const server = authorizationServer(configuration);
  const client = oauthClient(configuration);
  // The callback validated this response and sealed its code; the library wants to see it as validated again.
  const validated = oauth.validateAuthResponse(server, client, new URLSearchParams({ code, state }), state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.ClientSecretPost(configuration.clientSecret),
    validated,
    redirectUri,
    configuration.pkce ? codeVerifier : oauth.nopkce,
    {
      [oauth.customFetch]: async (url, init) =>
        withStandardError(
          await boundedFetch(url, { method: init.method, headers: init.headers, body: init.body }),
        ),
      [oauth.allowInsecureRequests]: isLoopback(configuration.tokenUrl),
    },
  );
  // RFC 6749 section 5.1. The library looks at the type only of what it cannot parse.
  if (response.ok && !JSON_TYPE.test(response.headers.get('content-type') ?? '')) {
    throw new TypeError('The answer of the token endpoint is not JSON.');
  }
  return oauth.processAuthorizationCodeResponse(server, client, response);
}

/**
 * Alpaca answers errors in an envelope of its own, `{"code":40110000,"message":"invalid_client"}` (alpaca.md, Token).
 * It becomes the one of RFC 6749 section 5.2, so that the library can judge it; every other answer stays as it is.
 */
async function withStandardError(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response.clone().text();
  const message = /"message"\s*:\s*"([a-z_]{1,40})"/.exec(text)?.[1];
  if (message === undefined || /"error"\s*:/.test(text)) return response;
  return Response.json({ error: message }, { status: response.status < 500 ? 400 : response.status });
}

/** Whether `requestToken()` failed because Alpaca did not accept the code. */
export function isInvalidGrant(error: unknown): boolean {
  const cause = error instanceof PublicError ? error.cause : undefined;
  return cause instanceof oauth.ResponseBodyError && cause.error === 'invalid_grant';
}

function explain(error: unknown): PublicError {
  const code = error instanceof oauth.ResponseBodyError ? error.error : undefined;
  if (code === 'invalid_client' || code === 'unauthorized_client') {
    return new PublicError(
      502,
      'config_invalid',
      "Alpaca does not know this site's app or its secret. Nothing was connected. The site's owner has to check ALPACA_CLIENT_ID and ALPACA_CLIENT_SECRET.",
      { cause: error },
    );
  }
  if (code === 'invalid_grant') {
    return new PublicError(
      502,
      'exchange_failed',
      'Alpaca did not accept its own code: it may have expired. Nothing was connected. Press the connect button again. (Site owners: if it happens every time, check the registered redirect URI, then try ALPACA_PKCE=off.)',
      { cause: error },
    );
  }
  return new PublicError(
    502,
    'provider_error',
    'Alpaca did not answer as expected. Nothing was connected. Try again in a moment.',
    { cause: error },
  );
}
