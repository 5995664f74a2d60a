import type { AuthorizationServer, Client } from 'oauth4webapi';
import type { Configuration } from '../configuration/configuration.ts';

/** Alpaca publishes no RFC 8414 metadata (alpaca.md): its endpoints come from the configuration. */
export function authorizationServer({ authorizeUrl, tokenUrl }: Configuration): AuthorizationServer {
  return {
    issuer: authorizeUrl.origin,
    authorization_endpoint: authorizeUrl.href,
    token_endpoint: tokenUrl.href,
  };
}

export function oauthClient({ clientId }: Configuration): Client {
  return { client_id: clientId };
}
