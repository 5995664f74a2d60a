import type { Configuration } from '../configuration/configuration.ts';
import type { Attempt } from './attempt.ts';

/** RFC 6749 section 4.1.1, with Alpaca's `env` (absent: the person chooses an account of each) and RFC 7636. */
export function authorizationUrl(configuration: Configuration, attempt: Attempt): URL {
  const url = new URL(configuration.authorizeUrl);
  const { searchParams } = url;
  searchParams.set('response_type', 'code');
  searchParams.set('client_id', configuration.clientId);
  searchParams.set('redirect_uri', attempt.redirectUri);
  searchParams.set('state', attempt.state);
  if (attempt.scope !== '') searchParams.set('scope', attempt.scope);
  if (attempt.environment !== 'both') searchParams.set('env', attempt.environment);
  if (configuration.pkce) {
    searchParams.set('code_challenge', attempt.codeChallenge);
    searchParams.set('code_challenge_method', 'S256');
  }
  return url;
}
