import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Configuration, redirectUri } from '../config.ts';
import type { AttemptRequest } from '../contract.ts';
import { PublicError } from '../http/errors.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { offeredEnvironments } from '../trading-rules.ts';

/** How long a person has between the click and Alpaca's redirect back. */
export const ATTEMPT_LIFETIME = 10 * 60_000;

/** What a page asks for when it starts an attempt, in a popup or in its own tab. */
export const AttemptTerms = z.object({
  environment: z.enum(['paper', 'live', 'both']),
  scope: z.string().max(200).optional(),
  /** RFC 7636 section 4.2, method S256. */
  codeChallenge: z.string().regex(/^[\w-]{43}$/),
  /** base64url(SHA-256) of the text that the person agreed to, as the page says. For the log alone. */
  disclosure: z
    .string()
    .regex(/^[\w-]{43}$/)
    .optional(),
});

/** One try to connect, from its start to the exchange. Sealed into a cookie of the browser that started it. */
export const Attempt = z.object({
  state: z.string(),
  codeChallenge: z.string(),
  environment: AttemptTerms.shape.environment,
  scope: z.string(),
  origin: z.string(),
  redirectUri: z.string(),
  /** Who started it, by the app's `getUser`. Only they may finish it. */
  user: z.string().optional(),
  /** Whether page and server are of one site: the exchange then wants this attempt's cookie, of this same browser. */
  sameSite: z.boolean(),
  /** Where the callback sends the tab back to. Absent: the attempt lives in a popup. */
  returnTo: z.string().optional(),
  /** Milliseconds since 1970. */
  expires: z.number(),
});
export type Attempt = z.infer<typeof Attempt>;

/** The attempt that was asked for. Whether the page may ask is for the caller, whether for this `assertAttemptOffered()`. */
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
    // For a page of this very origin, no browser has to say so.
    sameSite: sameSite || origin === configuration.publicUrl.origin,
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
export function assertAttemptOffered(configuration: Configuration, { environment, scope }: Attempt): void {
  offeredEnvironments(configuration, environment);
  const asked = scope === '' ? [] : scope.split(' ');
  if (asked.every((item) => configuration.scopes.includes(item))) return;
  throw new PublicError(
    400,
    'config_invalid',
    `This site asked for a permission that its server does not offer. The site's owner has to add it to ALPACA_SCOPES or remove it from the button's scope attribute.`,
  );
}

/** The public name of an attempt: names its cookie, its mailbox and its channel without telling its state. */
export function attemptId(state: string): string {
  return hash('sha256', state, 'base64url');
}

/** Whether a text can be an `attemptId()`. */
export function isAttemptId(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}
