import { expect, it } from 'vitest';
import { openBrokerStage } from './broker-stage.ts';

it('brokerMetadata() answers RFC 8414 at the root of the host, with the path of the issuer behind it', async () => {
  await using stage = await openBrokerStage({ options: { tokens: { expiresIn: 60 } } });
  const answer = await fetch(`${stage.origin}/.well-known/oauth-authorization-server/oauth`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({
    issuer: stage.issuer,
    authorization_endpoint: `${stage.issuer}/authorize`,
    token_endpoint: `${stage.issuer}/token`,
    revocation_endpoint: `${stage.issuer}/revoke`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    ui_locales_supported: expect.arrayContaining(['en', 'ar']),
  });
  for (const path of [
    '/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/oauth/',
    '/oauth/.well-known/oauth-authorization-server',
  ]) {
    expect((await fetch(stage.origin + path)).status).toBe(404);
  }
});

it('promises no refresh tokens where there are none', async () => {
  await using stage = await openBrokerStage();
  const answer = await fetch(`${stage.origin}/.well-known/oauth-authorization-server/oauth`);
  expect(await answer.json()).toMatchObject({ grant_types_supported: ['authorization_code'] });
});
