import * as oauth from 'oauth4webapi';
import { ALPACA, type Provider } from '../providers.ts';
import { authorizationServer, oauthClient } from './alpaca-oauth.ts';
import type { Attempt } from './attempt.ts';
import type { Outcome, Refusal } from './grant.ts';

/** What Alpaca's redirect says, for the grant and for the log. */
interface AuthorizationResponse {
  outcome: Outcome;
  /** Why there is no code, when it is for the owner of the site to know. A person who refuses is no fault. */
  fault?: Fault;
}

interface Fault {
  /** Fields of the log's line. Of the query they hold what is named here, in visible ASCII, and never the rest. */
  fields: Readonly<Record<string, string>>;
  sentence: string;
}

/** Reads Alpaca's code, or why there is none (RFC 6749 section 4.1.2, RFC 9207). */
export function readAuthorizationResponse(
  provider: Provider,
  parameters: URLSearchParams,
  { state }: Attempt,
): AuthorizationResponse {
  if (parameters.has('error') && !parameters.has('state')) parameters.set('state', state);
  try {
    const valid = oauth.validateAuthResponse(
      authorizationServer(provider),
      oauthClient(provider),
      parameters,
      state,
    );
    // Parameters must not be repeated (RFC 6749 section 3.1): two codes are none.
    const [code, ...others] = valid.getAll('code');
    return code && others.length === 0 ? { outcome: { code } } : invalid(provider);
  } catch (error) {
    const issuer = parameters.getAll('iss').find((one) => one !== '' && one !== provider.issuer);
    if (issuer !== undefined) return fromAnotherIssuer(issuer, provider);
    return error instanceof oauth.AuthorizationResponseError
      ? refused(error, parameters, provider)
      : invalid(provider);
  }
}

/** Another server answered than the one that was asked, as in a mix-up attack (RFC 9700 section 4.4), or the setting is wrong. */
function fromAnotherIssuer(issuer: string, { id, name, issuer: own }: Provider): AuthorizationResponse {
  return {
    outcome: {
      refusal: {
        code: 'provider_error',
        message: `The answer names another sender than the ${name} that this site is set up for. Nothing was connected. (Site owners: the server's log says which, and what to set.)`,
      },
    },
    fault: {
      fields: { reason: 'issuer_mismatch', issuer: visible(issuer) },
      sentence: `The answer's iss is not ${own}. If the one that came is your provider's, set ${id === ALPACA ? 'ALPACA_ISSUER' : 'issuer in PROVIDERS_FILE'} to it, byte for byte.`,
    },
  };
}

function refused(
  { error, error_description: description }: oauth.AuthorizationResponseError,
  parameters: URLSearchParams,
  provider: Provider,
): AuthorizationResponse {
  const refusal = refusalOf(error, provider);
  if (refusal.code === 'access_denied') return { outcome: { refusal } };
  const quoted = (text: string) => visible(withoutSecrets(text, parameters));
  return {
    outcome: { refusal },
    fault: {
      fields: {
        providerError: quoted(error),
        ...(description === undefined ? {} : { providerDescription: quoted(description) }),
      },
      sentence: refusal.message,
    },
  };
}

/** What the person reads for each error of RFC 6749 section 4.1.2.1. Who can change nothing is not told to try again. */
function refusalOf(error: string, { id, name }: Provider): Refusal {
  switch (error) {
    case 'access_denied':
      return {
        code: 'access_denied',
        message: `You did not allow access at ${name}. Nothing was connected.`,
      };
    case 'invalid_scope':
      return {
        code: 'config_invalid',
        message: `${name} does not give this site the permissions that it asked for. Nothing was connected. The site's owner has to check ${id === ALPACA ? 'ALPACA_SCOPES' : 'scopes in PROVIDERS_FILE'} and the button's scope.`,
      };
    case 'unauthorized_client':
    case 'invalid_client':
      return {
        code: 'config_invalid',
        message: `${name} does not let this site's app connect accounts. Nothing was connected. The site's owner has to check the app at ${name}: ${id === ALPACA ? 'first its Publish switch, then whether its review is pending' : 'whether it is enabled, and for which accounts'}.`,
      };
    case 'invalid_request':
    case 'unsupported_response_type':
      return {
        code: 'config_invalid',
        message: `${name} did not accept how this site asked. Nothing was connected, and trying again does not help. The site's owner finds ${name}'s reason in the server's log.`,
      };
    case 'server_error':
      return {
        code: 'provider_error',
        message: `Something went wrong at ${name}. Nothing was connected. Try again in a moment.`,
      };
    case 'temporarily_unavailable':
      return {
        code: 'provider_error',
        message: `${name} is too busy at the moment, or under maintenance. Nothing was connected. Try again in a few minutes.`,
      };
    default:
      return unexplained(name);
  }
}

function unexplained(name: string): Refusal {
  return {
    code: 'provider_error',
    message: `${name} could not complete the connection. Nothing was connected. Try again in a moment. (Site owners: the server's log has the reason.)`,
  };
}

/** Neither one code nor an error, or no `iss` where one is due: what came cannot be quoted, because it may hold a code. */
function invalid({ name }: Provider): AuthorizationResponse {
  return {
    outcome: { refusal: unexplained(name) },
    fault: {
      fields: { reason: 'invalid_response' },
      sentence:
        'The answer holds neither one code nor an error, lacks the iss that is due, or has a parameter twice.',
    },
  };
}

/** A description may repeat what it is about. */
function withoutSecrets(text: string, parameters: URLSearchParams): string {
  const secrets = ['code', 'state'].flatMap((name) => parameters.getAll(name)).filter((one) => one !== '');
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[removed]'), text);
}

const LONGEST_QUOTE = 200;

/** What somebody else wrote, as the log may quote it: in visible ASCII, without line breaks and escape sequences, and short. */
function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_QUOTE);
}
