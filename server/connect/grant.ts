import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Sealer } from '../session/sealer.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { type Attempt, attemptId } from './attempt.ts';

/** A page that is there collects its grant at once; two minutes allow for a slow one (design, step 5). */
export const GRANT_LIFETIME = 2 * 60_000;

/** Said by Alpaca, or by this server before Alpaca was asked. */
export const Refusal = z.object({
  code: z.enum(['access_denied', 'provider_error', 'live_not_allowed', 'config_invalid']),
  message: z.string(),
});
export type Refusal = z.infer<typeof Refusal>;

const Grant = z.object({
  /** The public name of the attempt that this grant ends. */
  attempt: z.string(),
  codeChallenge: z.string(),
  environment: z.enum(['paper', 'live', 'both']),
  scope: z.string(),
  origin: z.string(),
  redirectUri: z.string(),
  state: z.string(),
  /** Whether the exchange wants the attempt's cookie. */
  sameSite: z.boolean(),
  /** When the last grant of this attempt has expired. Milliseconds since 1970. */
  attemptEnds: z.number(),
  /** Who started the attempt, by the app's `getUser`. */
  user: z.string().optional(),
  /** Milliseconds since 1970. */
  expires: z.number(),
  /** Alpaca's authorization code, or why there is none. */
  outcome: z.union([z.object({ code: z.string() }), z.object({ refusal: Refusal })]),
});

/** What came of an attempt; an attempt may get several. Sealed before a page sees it: Alpaca's code never reaches a script or an extension. */
export type Grant = z.infer<typeof Grant>;

export function newGrant(attempt: Attempt, outcome: Grant['outcome']): Grant {
  const { state, codeChallenge, environment, scope, origin, redirectUri, sameSite, user } = attempt;
  return {
    attempt: attemptId(state),
    codeChallenge,
    environment,
    scope,
    origin,
    redirectUri,
    state,
    sameSite,
    attemptEnds: attempt.expires + GRANT_LIFETIME,
    user,
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

/** RFC 7636 section 4.6. Alpaca does not document PKCE, so this server checks it, whatever Alpaca does. */
export function provesGrant(grant: Grant, codeVerifier: string): boolean {
  const challenge = createHash('sha256').update(codeVerifier).digest();
  const expected = Buffer.from(grant.codeChallenge, 'base64url');
  return challenge.length === expected.length && timingSafeEqual(challenge, expected);
}
