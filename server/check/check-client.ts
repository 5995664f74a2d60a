import { type Configuration, redirectUri } from '../configuration/configuration.ts';
import { PublicError } from '../errors/public-error.ts';
import { newState } from '../flow/attempt.ts';
import { authorizationUrl } from '../flow/authorization-url.ts';
import { boundedFetch } from '../flow/bounded-fetch.ts';
import { newAttempt } from '../flow/new-attempt.ts';
import { requestToken } from '../flow/request-token.ts';
import type { Finding } from './finding.ts';

/** Whether Alpaca knows the app: its id, its secret and its redirect URI. Nobody is asked for consent. */
export async function checkClient(configuration: Configuration): Promise<Finding[]> {
  return Promise.all([checkSecret(configuration), checkRedirectUri(configuration)]);
}

/** Offers a code that cannot exist: who does not know the client says so before looking at the code (RFC 6749 §5.2). */
async function checkSecret(configuration: Configuration): Promise<Finding> {
  const made = { code: 'npm-run-check', state: newState(), codeVerifier: newState(), scope: '' };
  const error: unknown = await requestToken(configuration, {
    ...made,
    redirectUri: redirectUri(configuration),
  }).catch((thrown: unknown) => thrown);
  const code = error instanceof PublicError ? error.code : undefined;
  if (code === 'exchange_failed') return { level: 'ok', what: 'Alpaca knows the client id and its secret.' };
  if (code === 'config_invalid') {
    return {
      level: 'problem',
      what: 'Alpaca does not know ALPACA_CLIENT_ID, or ALPACA_CLIENT_SECRET is not its secret.',
      remedy:
        'Copy both from the app at https://app.alpaca.markets/connect. Trading API keys (PK…, AK…) are something else.',
    };
  }
  return {
    level: 'warning',
    what: `${configuration.tokenUrl.origin} did not say whether it knows the client id and its secret.`,
    remedy: 'Connect once by hand. Should that fail, check ALPACA_TOKEN_URL.',
  };
}

/** Statuses with which an authorize page refuses a request. Others (403, 429, 503) say that it does not talk to scripts. */
const REFUSALS = [400, 401, 404, 422];

async function checkRedirectUri(configuration: Configuration): Promise<Finding> {
  const [environment = 'paper'] = configuration.environments;
  const attempt = newAttempt(configuration, {
    environment,
    codeChallenge: newState(),
    origin: configuration.publicUrl.origin,
  });
  const uri = redirectUri(configuration);
  const status = await boundedFetch(authorizationUrl(configuration, attempt), { method: 'GET' }).then(
    (answer) => answer.status,
    () => undefined,
  );
  if (status !== undefined && REFUSALS.includes(status)) {
    return {
      level: 'problem',
      what: `Alpaca's authorize page refuses this client id with the redirect URI ${uri} (status ${status}).`,
      remedy:
        'Register exactly this redirect URI with the app: scheme, host, port and path count, localhost and 127.0.0.1 are two, and so is a slash at the end.',
    };
  }
  if (status === undefined || status >= 400) {
    return {
      level: 'warning',
      what: `${configuration.authorizeUrl.origin} did not say whether ${uri} is registered.`,
      remedy:
        'Press the connect button once: a redirect URI that is not registered ends on an error page of Alpaca.',
    };
  }
  return { level: 'ok', what: `Alpaca's authorize page takes the request (redirect URI ${uri}).` };
}
