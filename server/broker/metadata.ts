import type { RequestHandler } from 'express';
import { LANGUAGES } from './messages/languages.ts';
import { type BrokerSettings, basePath } from './options.ts';

/** Where clients look for the metadata: the well-known part comes before the issuer's path (RFC 8414 section 3.1). */
function metadataPath(issuer: string): string {
  return `/.well-known/oauth-authorization-server${basePath(issuer)}`;
}

/** Answers `metadataPath()` (RFC 8414 section 3.2), and leaves every other request to the app. Public, and the same for everybody. */
export function serveMetadata({ issuer, tokens, scopeSentences }: BrokerSettings): RequestHandler {
  const path = metadataPath(issuer);
  const document = JSON.stringify({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/revoke`,
    scopes_supported: Object.keys(scopeSentences ?? { general: '' }),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', ...(tokens.expiresIn === null ? [] : ['refresh_token'])],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    revocation_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    prompt_values_supported: ['none', 'login'],
    ui_locales_supported: LANGUAGES,
  });
  return (request, response, next) => {
    const isAsked = request.path === path && (request.method === 'GET' || request.method === 'HEAD');
    if (!isAsked) return next();
    response.set({
      'Content-Type': 'application/json',
      'Cache-Control': 'public, max-age=300',
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
    });
    response.send(document);
  };
}
