import * as oauth from 'oauth4webapi';
import type { Configuration } from '../config.ts';
import { authorizationServer, oauthClient } from './alpaca-oauth.ts';
import type { Attempt } from './attempt.ts';
import type { Outcome, Refusal } from './grant.ts';

/** What Alpaca's redirect says, for the grant and for the log. */
export interface AuthorizationResponse {
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
    return code && others.length === 0 ? { outcome: { code } } : invalid();
  } catch (error) {
    const issuer = parameters.getAll('iss').find((one) => one !== '' && one !== configuration.issuer);
    if (issuer !== undefined) return fromAnotherIssuer(issuer, configuration);
    if (error instanceof oauth.AuthorizationResponseError) return refused(error);
    return invalid();
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

function refused({ error }: oauth.AuthorizationResponseError): AuthorizationResponse {
  if (error === 'access_denied') {
    return {
      outcome: {
        refusal: {
          code: 'access_denied',
          message: 'You did not allow access at Alpaca. Nothing was connected.',
        },
      },
    };
  }
  return { outcome: { refusal: GENERAL } };
}

function invalid(): AuthorizationResponse {
  return { outcome: { refusal: GENERAL } };
}

const GENERAL: Refusal = {
  code: 'provider_error',
  message: 'Alpaca could not complete the connection. Nothing was connected. Try again in a moment.',
};

const LONGEST_QUOTE = 200;

/** What somebody else wrote, as the log may quote it: no line break, no escape sequence, no end of it in sight. */
function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_QUOTE);
}
