import { hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Sealer } from '../session/sealer.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { Attempt, attemptId } from './attempt.ts';
import { grantExpired, grantOfAnotherAttempt, grantOfAnotherSite, grantUnknown } from './refusals.ts';

/** A page that is there collects its grant at once; two minutes allow for a slow one. */
const GRANT_LIFETIME = 2 * 60_000;

/** Why there is no code: said by Alpaca, or by this server before Alpaca was asked. */
export const Refusal = z.object({
  code: z.enum(['access_denied', 'provider_error', 'live_not_allowed', 'config_invalid']),
  message: z.string(),
});
export type Refusal = z.infer<typeof Refusal>;

const Grant = Attempt.omit({ returnTo: true }).extend({
  /** The public name of the attempt that this grant ends. */
  attempt: z.string(),
  /** When the last grant of this attempt has expired. Milliseconds since 1970. */
  attemptEnds: z.number(),
  /** When this grant expires. Milliseconds since 1970. */
  expires: z.number(),
  /** Alpaca's authorization code, or why there is none. */
  outcome: z.union([z.object({ code: z.string() }), z.object({ refusal: Refusal })]),
});

/**
 * What came of an attempt; an attempt may get several. Sealed before a page sees it: Alpaca's code never reaches a script or
 * an extension.
 */
export type Grant = z.infer<typeof Grant>;

export type Outcome = Grant['outcome'];

export function newGrant(attempt: Attempt, outcome: Outcome): Grant {
  const { provider, endpoints, state, codeChallenge, environment, scope } = attempt;
  const { origin, redirectUri, sameSite, user, awayUntil } = attempt;
  return {
    attempt: attemptId(state),
    provider,
    endpoints,
    codeChallenge,
    environment,
    scope,
    origin,
    redirectUri,
    state,
    sameSite,
    attemptEnds: attempt.expires + GRANT_LIFETIME,
    user,
    awayUntil,
    expires: steadyNow() + GRANT_LIFETIME,
    outcome,
  };
}

export function sealGrant(sealer: Sealer, grant: Grant): string {
  return sealer.seal('grant', '', JSON.stringify(grant)).toString('base64url');
}

/** The grant, or undefined when this server did not seal it. Says nothing about its expiry. */
export function openGrant(sealer: Sealer, sealed: string): Grant | undefined {
  const text = sealer.open('grant', '', Buffer.from(sealed, 'base64url'));
  // What another version sealed may have another shape.
  return text === undefined ? undefined : Grant.safeParse(JSON.parse(text)).data;
}

/** The page that wants a grant: where it is, and the verifier that only the page has which started the attempt. */
interface GrantHolder {
  origin: string;
  codeVerifier: string;
}

/**
 * Lets only the page use a grant that started its attempt, at its own origin and with its own verifier, and only in time.
 * @throws PublicError 400 or 403 `exchange_failed`, 403 `origin_not_allowed`, 410 `attempt_expired`
 */
export function assertGrantOf(
  grant: Grant | undefined,
  { origin, codeVerifier }: GrantHolder,
): asserts grant is Grant {
  if (grant === undefined) throw grantUnknown();
  if (grant.origin !== origin) throw grantOfAnotherSite();
  if (!provesGrant(grant, codeVerifier)) throw grantOfAnotherAttempt();
  if (grant.expires <= steadyNow()) throw grantExpired();
}

/** RFC 7636 section 4.6. Alpaca does not document PKCE, so this server checks it, whatever Alpaca does. */
export function provesGrant({ codeChallenge }: Grant, codeVerifier: string): boolean {
  const made = hash('sha256', codeVerifier, 'buffer');
  const expected = Buffer.from(codeChallenge, 'base64url');
  return made.length === expected.length && timingSafeEqual(made, expected);
}
