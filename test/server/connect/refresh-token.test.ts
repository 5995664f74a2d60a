import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../server/config-reader.ts';
import { isInvalidGrant, refreshToken, requestToken } from '../../../server/connect/alpaca-oauth.ts';
import { findProvider, type Provider } from '../../../server/providers.ts';
import type { Renewal } from '../../../server/stored-connection.ts';
import { validEnvironment } from '../valid-environment.ts';

const NOW = 1_800_000_000_000;
const USED: Renewal = { family: 'f', generation: 2, refreshToken: 'used&scope=all', since: 0 };
const TOKEN = { access_token: 'new-token', token_type: 'Bearer' };
const acme: Provider = {
  ...findProvider(readConfiguration(validEnvironment()).providers),
  ...{ id: 'acme', scopes: ['trading', 'data'], scopeNames: new Map([['trading', 'trade']]) },
};

interface Answer {
  status?: number;
  type?: string;
  headers?: Record<string, string>;
}

/** Asks a token endpoint that answers with this. */
async function withEndpoint<T>(
  body: object | string,
  { status = 200, type = 'application/json', headers = {} }: Answer,
  ask: (tokenUrl: URL) => Promise<T>,
) {
  const seen: { headers: IncomingHttpHeaders; form: Record<string, string> }[] = [];
  const server = createServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    seen.push({ headers: request.headers, form });
    response.writeHead(status, { 'Content-Type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const result = await ask(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/token`));
    return { result, seen };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function refreshed(
  body: object | string,
  {
    scope = 'trading data',
    provider = acme,
    ...answer
  }: Answer & { scope?: string; provider?: Provider } = {},
) {
  return withEndpoint(body, answer, (tokenUrl) =>
    refreshToken({ ...provider, tokenUrl }, scope, USED, () => NOW),
  );
}

const failed = (body: object | string, answer: Answer = {}) =>
  refreshed(body, answer).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('refreshToken()', () => {
  it('posts one form, in which a refresh token cannot smuggle a parameter in', async () => {
    const { seen } = await refreshed(TOKEN);
    expect(seen.map(({ form }) => form)).toEqual([
      {
        grant_type: 'refresh_token',
        refresh_token: USED.refreshToken,
        client_id: acme.clientId,
        client_secret: acme.clientSecret,
      },
    ]);
  });

  it('says who it is as the provider wants it', async () => {
    const provider: Provider = { ...acme, clientAuthentication: 'client_secret_basic' };
    const [seen] = (await refreshed(TOKEN, { provider })).seen;
    expect(seen?.headers.authorization).toMatch(/^Basic /);
    expect(seen?.form).not.toHaveProperty('client_secret');
  });

  it('is due when 80 % of the new token’s life are over, and keeps the new refresh token', async () => {
    const { result } = await refreshed({ ...TOKEN, refresh_token: 'next', expires_in: 900 });
    expect(result).toEqual({
      accessToken: 'new-token',
      scope: 'trading data',
      renewal: {
        ...{ family: 'f', generation: 3, refreshToken: 'next' },
        ...{ since: NOW, due: NOW + 720_000, expires: NOW + 900_000 },
      },
    });
  });

  it('keeps the old refresh token where none is given, and is never due where no life is told', async () => {
    const { renewal } = (await refreshed(TOKEN)).result;
    expect(renewal).toEqual({ ...USED, generation: 3, since: NOW });
  });

  it.each([0, 0.001])('is not due with every request when the life is %s seconds', async (seconds) => {
    const { renewal } = (await refreshed({ ...TOKEN, expires_in: seconds })).result;
    expect(renewal.due).toBe(NOW + 800);
  });

  it.each([
    ['trade', 'trading'],
    ['data,trade', 'data trading'],
    ['data account:write', 'data'],
    ['trade withdraw', 'trading withdraw'],
  ])('takes %j for %j: less is granted, never more', async (scope, expected) => {
    expect((await refreshed({ ...TOKEN, scope })).result.scope).toBe(expected);
  });

  it.each<[string, object | string, Answer]>([
    ['a page', '<html></html>', { type: 'text/html' }],
    ['JSON as text', JSON.stringify(TOKEN), { type: 'text/plain' }],
    ['no token', { token_type: 'bearer' }, {}],
    ['a token of another type', { ...TOKEN, token_type: 'mac' }, {}],
    ['a token that would inject a header', { ...TOKEN, access_token: 'a\r\nX: y' }, {}],
    ['a refresh token that is too long', { ...TOKEN, refresh_token: 'x'.repeat(4_097) }, {}],
    ['a life that is no number', { ...TOKEN, expires_in: 'soon' }, {}],
    ['more than 64 KiB', { ...TOKEN, more: 'x'.repeat(70_000) }, {}],
    ['a redirect', '', { status: 307, headers: { Location: 'https://evil.example/' } }],
    ['a failure that spells a refusal', { error: 'invalid_grant' }, { status: 500 }],
    ['another refusal', { error: 'invalid_client' }, { status: 401 }],
  ])('fails, and not as refused, when the answer is %s', async (_, body, answer) => {
    const error = await failed(body, answer);
    expect(error).toBeInstanceOf(Error);
    expect(isInvalidGrant(error)).toBe(false);
  });

  it.each([
    ['RFC 6749', { error: 'invalid_grant' }],
    ['Alpaca', { code: 40010000, message: 'invalid_grant' }],
  ])('is refused with invalid_grant, as %s has it', async (_, body) => {
    expect(isInvalidGrant(await failed(body, { status: 400 }))).toBe(true);
  });
});

describe('requestToken()', () => {
  const asked = (body: object, provider = acme) =>
    withEndpoint(body, {}, (tokenUrl) =>
      requestToken(
        { ...provider, tokenUrl },
        { code: 'c', state: 's', codeVerifier: 'v'.repeat(43), redirectUri: 'https://a.test', scope: '' },
      ),
    );

  it('begins a family of tokens where there is a refresh token, and none where it is not to be used', async () => {
    const answer = { ...TOKEN, refresh_token: 'first', expires_in: 10 };
    const [one, other] = [(await asked(answer)).result, (await asked(answer)).result];
    expect(one.renewal).toMatchObject({ generation: 0, refreshToken: 'first' });
    expect(one.renewal?.family).not.toBe(other.renewal?.family);
    expect((await asked({ ...TOKEN, expires_in: 10 })).result).not.toHaveProperty('renewal');
    expect((await asked(answer, { ...acme, refresh: false })).result).not.toHaveProperty('renewal');
  });
});
