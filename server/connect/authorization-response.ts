import * as oauth from 'oauth4webapi';
import type { Configuration } from '../config.ts';
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
  configuration: Configuration,
  parameters: URLSearchParams,
  { state }: Attempt,
): AuthorizationResponse {
  if (parameters.has('error') && !parameters.has('state')) parameters.set('state', state);
  try {
    const valid = oauth.validateAuthResponse(
      authorizationServer(configuration),
      oauthClient(configuration),
      parameters,
      state,
    );
    // Parameters must not be repeated (RFC 6749 section 3.1): two codes are none.
    const [code, ...others] = valid.getAll('code');
    return code && others.length === 0 ? { outcome: { code } } : INVALID;
  } catch (error) {
    const issuer = parameters.getAll('iss').find((one) => one !== '' && one !== configuration.issuer);
    if (issuer !== undefined) return fromAnotherIssuer(issuer, configuration);
    return error instanceof oauth.AuthorizationResponseError ? refused(error, parameters) : INVALID;
  }
}

/** Another server answered than the one that was asked, as in a mix-up attack (RFC 9700 section 4.4), or the setting is wrong. */
function fromAnotherIssuer(issuer: string, configuration: Configuration): AuthorizationResponse {
  return {
    outcome: {
      refusal: {
        code: 'provider_error',
        message:
          "The answer names another sender than the Alpaca that this site is set up for. Nothing was connected. (Site owners: the server's log says which, and what to set.)",
      },
    },
    fault: {
      fields: { reason: 'issuer_mismatch', issuer: visible(issuer) },
      sentence: `The answer's iss is not ${configuration.issuer}. If the one that came is your provider's, set ALPACA_ISSUER to it, byte for byte.`,
    },
  };
}

function refused(
  { error, error_description: description }: oauth.AuthorizationResponseError,
  parameters: URLSearchParams,
): AuthorizationResponse {
  const refusal = REFUSALS.get(error) ?? UNEXPLAINED;
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

const UNPUBLISHED: Refusal = {
  code: 'config_invalid',
  message:
    "Alpaca does not let this site's app connect accounts. Nothing was connected. The site's owner has to check the app at Alpaca: first its Publish switch, then whether its review is pending.",
};
const MISUNDERSTOOD: Refusal = {
  code: 'config_invalid',
  message:
    "Alpaca did not accept how this site asked. Nothing was connected, and trying again does not help. The site's owner finds Alpaca's reason in the server's log.",
};
const UNEXPLAINED: Refusal = {
  code: 'provider_error',
  message:
    "Alpaca could not complete the connection. Nothing was connected. Try again in a moment. (Site owners: the server's log has the reason.)",
};

/** What the person reads for each error of RFC 6749 section 4.1.2.1. Who can change nothing is not told to try again. */
const REFUSALS: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  [
    'access_denied',
    { code: 'access_denied', message: 'You did not allow access at Alpaca. Nothing was connected.' },
  ],
  [
    'invalid_scope',
    {
      code: 'config_invalid',
      message:
        "Alpaca does not give this site the permissions that it asked for. Nothing was connected. The site's owner has to check ALPACA_SCOPES and the button's scope.",
    },
  ],
  ['unauthorized_client', UNPUBLISHED],
  ['invalid_client', UNPUBLISHED],
  ['invalid_request', MISUNDERSTOOD],
  ['unsupported_response_type', MISUNDERSTOOD],
  [
    'server_error',
    {
      code: 'provider_error',
      message: 'Something went wrong at Alpaca. Nothing was connected. Try again in a moment.',
    },
  ],
  [
    'temporarily_unavailable',
    {
      code: 'provider_error',
      message:
        'Alpaca is too busy at the moment, or under maintenance. Nothing was connected. Try again in a few minutes.',
    },
  ],
]);

/** Neither one code nor an error: what came cannot be quoted, because it may hold a code. */
const INVALID: AuthorizationResponse = {
  outcome: { refusal: UNEXPLAINED },
  fault: {
    fields: { reason: 'invalid_response' },
    sentence: 'The answer holds neither one code nor an error, or a parameter twice.',
  },
};

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
