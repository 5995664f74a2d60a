import { type Configuration, redirectUri } from '../configuration/configuration.ts';
import type { AttemptRequest } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { ATTEMPT_LIFETIME, type Attempt, newState } from './attempt.ts';
import { offeredEnvironments } from './live-trading-rule.ts';

/** The attempt that was asked for. Whether it may begin is for `assertOffered()`, and for whoever knows the origin. */
export function newAttempt(
  configuration: Configuration,
  { environment, scope, codeChallenge, origin, sameSite = false }: AttemptRequest,
): Attempt {
  const scopes = scope?.split(' ').filter((item) => item !== '') ?? configuration.scopes;
  return {
    state: newState(),
    codeChallenge,
    environment,
    scope: [...new Set(scopes)].join(' '),
    origin,
    redirectUri: redirectUri(configuration),
    // A page of this very origin needs nobody to say so.
    sameSite: sameSite || origin === configuration.publicUrl.origin,
    expires: steadyNow() + ATTEMPT_LIFETIME,
  };
}

/**
 * Whether this server offers what the attempt asks for.
 * @throws PublicError `live_not_allowed` or `config_invalid`
 */
export function assertOffered(configuration: Configuration, { environment, scope }: Attempt): void {
  offeredEnvironments(configuration, environment);
  const asked = scope === '' ? [] : scope.split(' ');
  if (asked.every((item) => configuration.scopes.includes(item))) return;
  throw new PublicError(
    400,
    'config_invalid',
    `This site asked for a permission that its server does not offer. The site's owner has to add it to ALPACA_SCOPES or remove it from the button's scope attribute.`,
  );
}
