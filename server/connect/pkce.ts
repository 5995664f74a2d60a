import { hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** RFC 7636 section 4.1. */
export const CodeVerifier = z.string().regex(/^[\w.~-]{43,128}$/);

/** RFC 7636 section 4.2, method S256. */
export const CodeChallenge = z.string().regex(/^[\w-]{43}$/);

/** RFC 7636 section 4.6. Alpaca does not document PKCE, so this server checks it, whatever Alpaca does. */
export function isVerifierOf(codeVerifier: string, codeChallenge: string): boolean {
  const made = hash('sha256', codeVerifier, 'buffer');
  const expected = Buffer.from(codeChallenge, 'base64url');
  return made.length === expected.length && timingSafeEqual(made, expected);
}
