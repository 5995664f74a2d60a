import { Router, urlencoded } from 'express';
import { ApiError, badRequest } from '../api/api-error.ts';
import { noteVerifier } from '../control/request-log.ts';
import type { AccessToken, AccessTokens } from './access-tokens.ts';
import type { AuthorizationCodes } from './authorization-codes.ts';
import { type Client, hasSecret } from './client.ts';

type Form = Readonly<Record<string, unknown>>;

/** `POST /oauth/token`: a form with the client's secret in it. Errors come in Alpaca's envelope, not in RFC 6749's. */
export function tokenRoute(
  clients: () => readonly Client[],
  codes: AuthorizationCodes,
  tokens: AccessTokens,
): Router {
  const router = Router();
  router.post('/token', urlencoded({ extended: false }), (request, response) => {
    // Of any other content type nothing is parsed, and so no client is found: Alpaca answers a JSON body just so.
    const form: Form = request.body ?? {};
    noteVerifier(response, field(form, 'code_verifier') !== undefined);
    const client = authenticate(clients(), form);
    const token = tokenFor(client, form);
    if (token === undefined) throw badRequest('invalid_grant');
    const { value, scope, refreshToken } = token;
    const life = refreshToken && {
      expires_in: (client.tokenLifetime ?? 0) / 1_000,
      refresh_token: refreshToken,
    };
    response
      .set('Cache-Control', 'no-store')
      .json({ access_token: value, token_type: 'bearer', scope, ...(life || {}) });
  });
  return router;

  function tokenFor({ clientId, tokenLifetime }: Client, form: Form): AccessToken | undefined {
    const grantType = field(form, 'grant_type');
    if (grantType === 'refresh_token' && tokenLifetime !== undefined) {
      return tokens.refresh(field(form, 'refresh_token') ?? '', clientId, tokenLifetime);
    }
    if (grantType !== 'authorization_code') throw badRequest('unsupported_grant_type');
    const issued = codes.redeem({
      code: field(form, 'code') ?? '',
      clientId,
      redirectUri: field(form, 'redirect_uri') ?? '',
      codeVerifier: field(form, 'code_verifier'),
    });
    return (
      issued &&
      tokens.issue({ clientId, scope: issued.request.scope, accounts: issued.accounts }, tokenLifetime)
    );
  }
}

function authenticate(clients: readonly Client[], form: Form): Client {
  const client = clients.find(({ clientId }) => clientId === field(form, 'client_id'));
  if (client === undefined || !hasSecret(client, field(form, 'client_secret') ?? ''))
    throw new ApiError(401, 40110000, 'invalid_client');
  return client;
}

/** A field that is given once and is not empty. */
function field(form: Form, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
