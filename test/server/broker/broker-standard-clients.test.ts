import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { APP, type BrokerStage, openBrokerStage, Person } from './broker-stage.ts';

let stage: BrokerStage;
beforeAll(async () => {
  stage = await openBrokerStage({ options: { tokens: { expiresIn: 3_600 } } });
});
afterAll(() => stage[Symbol.asyncDispose]());

const REDIRECT_URI = APP.redirectUris[0] ?? '';

/** What the browser does between an app's two steps. */
async function consent(url: URL): Promise<URL> {
  const person = new Person(stage);
  const page = await person.get(url.href);
  const answer = await person.decide(await page.text(), 'allow');
  return new URL(answer.headers.get('location') ?? 'about:blank');
}

it.each([
  ['client_secret_post', oauth.ClientSecretPost],
  ['client_secret_basic', oauth.ClientSecretBasic],
])('oauth4webapi connects by the metadata alone, with %s', async (_method, authenticate) => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(stage.issuer);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  const server = await oauth.processDiscoveryResponse(issuer, found);
  const client = { client_id: APP.clientId };
  const authentication = authenticate(APP.clientSecret);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(server.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    scope: 'general',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const validated = oauth.validateAuthResponse(server, client, await consent(url), state);
  const token = await oauth.processAuthorizationCodeResponse(
    server,
    client,
    await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      validated,
      REDIRECT_URI,
      verifier,
      insecure,
    ),
  );
  expect(token).toMatchObject({ token_type: 'bearer', scope: 'general', expires_in: 3_600 });
  const renewed = await oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(server, client, authentication, token.refresh_token ?? '', insecure),
  );
  expect(renewed.access_token).not.toBe(token.access_token);
  const revoked = oauth.revocationRequest(server, client, authentication, renewed.access_token, insecure);
  await oauth.processRevocationResponse(await revoked);
});

it('openid-client connects by the metadata alone, and reads errors', async () => {
  const configuration = await openid.discovery(
    new URL(stage.issuer),
    APP.clientId,
    APP.clientSecret,
    undefined,
    {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    },
  );
  expect(configuration.serverMetadata().supportsPKCE()).toBe(true);
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  const parameters = {
    redirect_uri: REDIRECT_URI,
    scope: 'general',
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  };
  const back = await consent(openid.buildAuthorizationUrl(configuration, parameters));
  const checks = { pkceCodeVerifier, expectedState };
  const tokens = await openid.authorizationCodeGrant(configuration, back, checks);
  expect(tokens.scope).toBe('general');
  const renewed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
  expect(renewed.access_token).not.toBe(tokens.access_token);
  await openid.tokenRevocation(configuration, renewed.access_token);
  await expect(openid.authorizationCodeGrant(configuration, back, checks)).rejects.toMatchObject({
    error: 'invalid_grant',
    status: 400,
  });
  const refused = openid.buildAuthorizationUrl(configuration, { ...parameters, scope: 'withdraw' });
  const answer = await new Person(stage).get(refused.href);
  const error = openid.authorizationCodeGrant(
    configuration,
    new URL(answer.headers.get('location') ?? ''),
    checks,
  );
  await expect(error).rejects.toMatchObject({ error: 'invalid_scope' });
});
