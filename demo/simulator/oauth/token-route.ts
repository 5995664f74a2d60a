import { Router, urlencoded } from 'express';
import { ApiError, badRequest } from '../api/api-error.ts';
import { noteVerifier } from '../control/request-log.ts';
import type { AccessTokens } from './access-tokens.ts';
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
    if (field(form, 'grant_type') !== 'authorization_code') throw badRequest('unsupported_grant_type');
    const issued = codes.redeem({
      code: field(form, 'code') ?? '',
      clientId: client.clientId,
      redirectUri: field(form, 'redirect_uri') ?? '',
      codeVerifier: field(form, 'code_verifier'),
    });
    if (issued === undefined) throw badRequest('invalid_grant');
    const { scope } = issued.request;
    const token = tokens.issue({ clientId: client.clientId, scope, accounts: issued.accounts });
    response
      .set('Cache-Control', 'no-store')
      .json({ access_token: token.value, token_type: 'bearer', scope: token.scope });
  });
  return router;
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
