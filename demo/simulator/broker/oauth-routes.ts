import { json, Router } from 'express';
import { z } from 'zod';
import { ApiError, notFound, unprocessable } from '../api/api-error.ts';
import { type AccessTokens, GENERAL } from '../oauth/access-tokens.ts';
import type { AuthorizationCodes } from '../oauth/authorization-codes.ts';
import { hasSecret } from '../oauth/client.ts';
import type { Account } from '../trading/account.ts';
import { type BrokerClient, clientAnswer } from './broker-client.ts';
import type { BrokerControl } from './broker-control.ts';

/** The body of both operations that issue something. All of it is required, by both. */
const TokenRequest = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  redirect_uri: z.string(),
  scope: z.string(),
  account_id: z.string(),
});

interface OauthRoutesParts {
  control: BrokerControl;
  /** The accounts of the partner's end users. */
  accounts: readonly Account[];
  codes: AuthorizationCodes;
  tokens: AccessTokens;
  /** Ends a token and its streams. @returns whether there was one */
  revoke: (token: string) => boolean;
}

/** The four operations of the Broker API about OAuth. A token needs the app's secret and no code: who consented is for the partner to know. */
export function oauthRoutes({ control, accounts, codes, tokens, revoke }: OauthRoutesParts): Router {
  const router = Router();
  router.use(json({ type: () => true }));

  router.get('/clients/:id', (request, response) => {
    response.json(clientAnswer(findClient(control, request.params.id)));
  });

  router.post('/authorize', (request, response) => {
    const { client, redirectUri, scope, account } = read(request.body);
    const asked = {
      client,
      redirectUri,
      state: undefined,
      scope,
      environments: [],
      codeChallenge: undefined,
    };
    const code = codes.issue(asked, { [account.environment]: account.id });
    response.json({ code, client_id: client.clientId, redirect_uri: redirectUri, ...granted(scope) });
  });

  router.post('/token', (request, response) => {
    const { client, scope, account } = read(request.body);
    const covered = { [account.environment]: account.id };
    const { value } = tokens.issue({ clientId: client.clientId, scope, accounts: covered });
    response.json({ access_token: value, token_type: 'Bearer', ...granted(scope) });
  });

  router.delete('/token/:id', (request, response) => {
    if (!control.deletesTokens) throw notFound('endpoint not found');
    if (!revoke(request.params.id)) throw notFound('token not found');
    response.status(204).end();
  });

  return router;

  function read(body: unknown) {
    const { success, data } = TokenRequest.safeParse(body);
    if (!success) throw unprocessable('a required field is missing');
    const client = findClient(control, data.client_id);
    if (client.status !== 'ACTIVE' || !hasSecret(client, data.client_secret)) throw noAccess();
    const { redirect_uri: redirectUri, scope } = data;
    if (!client.redirectUris.includes(redirectUri)) throw unprocessable('redirect URI is invalid');
    if (scope !== GENERAL) throw unprocessable('scope is invalid');
    const account = accounts.find(({ id }) => id === data.account_id);
    if (account === undefined) throw unprocessable('account is invalid');
    return { client, redirectUri, scope, account };
  }

  function granted(scope: string): { scope?: string } {
    if (control.scopeAnswer === 'absent') return {};
    return { scope: control.scopeAnswer === 'empty' ? '' : scope };
  }
}

/** @throws ApiError 401, for one of another partner too */
function findClient({ clients }: BrokerControl, id: string): BrokerClient {
  const client = clients.find(({ clientId }) => clientId === id);
  if (client === undefined) throw noAccess();
  return client;
}

function noAccess(): ApiError {
  return new ApiError(
    401,
    40110000,
    'client does not exist, you do not have access to the client, or "client_secret" is incorrect',
  );
}
