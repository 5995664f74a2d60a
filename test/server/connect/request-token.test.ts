import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../server/config-reader.ts';
import { requestToken } from '../../../server/connect/alpaca-oauth.ts';
import { findProvider } from '../../../server/providers.ts';
import { validEnvironment } from '../valid-environment.ts';

const REQUEST = {
  code: 'x&redirect_uri=https://evil.example/',
  state: 'a-state',
  codeVerifier: 'v'.repeat(43),
  redirectUri: 'https://app.shop.test/alpaca/callback',
  scope: 'data trading',
};
const TOKEN = { access_token: 'a-token', token_type: 'Bearer' };

async function asked(answer: object, { status = 200, pkce = 'on' } = {}) {
  const forms: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    forms.push(new URLSearchParams(body));
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const variables = {
    ...validEnvironment(),
    ALPACA_PKCE: pkce,
    ALPACA_TOKEN_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/token`,
  };
  try {
    return {
      token: await requestToken(findProvider(readConfiguration(variables).providers), REQUEST),
      form: Object.fromEntries(forms[0] ?? []),
    };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe('requestToken()', () => {
  it('posts one form, in which a code cannot smuggle a parameter in', async () => {
    const { clientId, clientSecret } = readConfiguration(validEnvironment());
    expect((await asked(TOKEN)).form).toEqual({
      grant_type: 'authorization_code',
      code: REQUEST.code,
      redirect_uri: REQUEST.redirectUri,
      client_id: clientId,
      client_secret: clientSecret,
      code_verifier: REQUEST.codeVerifier,
    });
  });

  it('leaves the verifier out when ALPACA_PKCE is off', async () => {
    expect((await asked(TOKEN, { pkce: 'off' })).form).not.toHaveProperty('code_verifier');
  });

  it('keeps the scope that was granted, and the one that was asked for when none is named', async () => {
    expect((await asked({ ...TOKEN, scope: 'data' })).token.scope).toBe('data');
    expect((await asked({ ...TOKEN, scope: '' })).token.scope).toBe('');
    expect((await asked(TOKEN)).token.scope).toBe('data trading');
  });

  it.each([
    ['data,trading', 'data trading'],
    ['data, trading', 'data trading'],
    [' trading  data,trading ,', 'trading data'],
    ['account:write,data', 'account:write data'],
    [',', ''],
  ])('reads the scope %j as %j', async (scope, expected) => {
    expect((await asked({ ...TOKEN, scope })).token.scope).toBe(expected);
  });

  it.each([
    [401, { code: 40110000, message: 'invalid_client' }, 'config_invalid'],
    [401, { error: 'invalid_client' }, 'config_invalid'],
    [400, { error: 'unauthorized_client' }, 'config_invalid'],
    [400, { code: 40010000, message: 'invalid_grant' }, 'exchange_failed'],
    [400, { error: 'invalid_grant' }, 'exchange_failed'],
    [500, { message: 'invalid_grant' }, 'provider_error'],
    [429, { message: 'too many requests.' }, 'provider_error'],
    [200, { error: 'invalid_grant' }, 'provider_error'],
    [200, { ...TOKEN, access_token: 'two words' }, 'provider_error'],
    [200, { ...TOKEN, message: 'invalid_grant', access_token: 7 }, 'provider_error'],
  ])('explains %i %j as %s', async (status, answer, code) => {
    const answered = code === 'config_invalid' ? 500 : 424;
    await expect(asked(answer, { status })).rejects.toMatchObject({ status: answered, code });
  });
});
