import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import type { AttemptRequest } from '../contract.ts';
import { PublicError } from '../http/errors.ts';
import { ALPACA, endpointsOf, findProvider, type Provider } from '../providers.ts';
import { RequestedEnvironment } from '../schemas.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { offeredEnvironments } from '../trading-rules.ts';

const DAY = 24 * 3_600_000;

/** How long a person has between the click and Alpaca's redirect back. */
export const ATTEMPT_LIFETIME = 10 * 60_000;

/** One try to connect, from its start to the exchange. Sealed into a cookie of the browser that started it. */
export const Attempt = z.object({
  /** Through whom. Absent in an attempt of an earlier release, which knew only Alpaca itself. */
  provider: z.string().optional(),
  /** `endpointsOf()` that provider. Absent like `provider`. */
  endpoints: z.string().optional(),
  state: z.string(),
  codeChallenge: z.string(),
  environment: RequestedEnvironment,
  scope: z.string(),
  origin: z.string(),
  redirectUri: z.string(),
  /** Who started it, by the app's `getUser`. Only they may finish it. */
  user: z.string().optional(),
  /** Until when the app may act while the person is away, in milliseconds since 1970. Absent: not at all. */
  awayUntil: z.number().optional(),
  /** Whether page and server are of one site: the exchange then wants this attempt's cookie, of this same browser. */
  sameSite: z.boolean(),
  /** Where the callback sends the tab back to. Absent: the attempt lives in a popup. */
  returnTo: z.string().optional(),
  /** Milliseconds since 1970. */
  expires: z.number(),
});
export type Attempt = z.infer<typeof Attempt>;

/**
 * The attempt that was asked for. Whether the page may ask is for the caller, whether for this `assertAttemptOffered()`.
 * @throws PublicError 400 `config_invalid` for a provider that is not offered
 */
export function newAttempt(
  { publicUrl, providers }: Configuration,
  { provider: id, environment, scope, away, codeChallenge, origin, sameSite = false }: AttemptRequest,
): Attempt {
  const provider = findProvider(providers, id);
  const scopes = scope?.split(' ').filter((item) => item !== '') ?? provider.scopes;
  return {
    provider: provider.id,
    endpoints: endpointsOf(provider),
    state: newState(),
    codeChallenge,
    environment,
    scope: [...new Set(scopes)].join(' '),
    awayUntil: away && steadyNow() + away * DAY,
    origin,
    redirectUri: provider.redirectUri,
    // For a page of this very origin, no browser has to say so.
    sameSite: sameSite || origin === publicUrl.origin,
    expires: steadyNow() + ATTEMPT_LIFETIME,
  };
}

/** 256 bits: not to be guessed (RFC 6749 section 10.10). */
export function newState(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Refuses an attempt that asks for what this server does not offer.
 * @throws PublicError `live_not_allowed` or `config_invalid`
 */
export function assertAttemptOffered({ providers }: Configuration, attempt: Attempt): void {
  const { provider: id, environment, scope } = attempt;
  const provider = findProvider(providers, id);
  offeredEnvironments(provider, environment);
  const asked = scope === '' ? [] : scope.split(' ');
  if (asked.every((item) => provider.scopes.includes(item))) return;
  throw new PublicError(
    400,
    'config_invalid',
    `This site asked for a permission that its server does not offer. The site's owner has to add it to ALPACA_SCOPES or remove it from the button's scope attribute.`,
  );
}

/**
 * The provider that an attempt, or its grant, was begun with; undefined when the configuration no longer has it as it was then. A
 * code must not go to somebody else than gave it.
 */
export function providerOfAttempt(
  { providers }: Configuration,
  { provider: id = ALPACA, endpoints }: Pick<Attempt, 'provider' | 'endpoints'>,
): Provider | undefined {
  const provider = providers.find((one) => one.id === id);
  const isSame = provider && (endpoints === undefined ? id === ALPACA : endpoints === endpointsOf(provider));
  return isSame ? provider : undefined;
}

/** The public name of an attempt: names its cookie, its mailbox and its channel without telling its state. */
export function attemptId(state: string): string {
  return hash('sha256', state, 'base64url');
}

/** Whether a text can be an `attemptId()`. */
export function isAttemptId(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}
