import { createHash, randomUUID } from 'node:crypto';
import type { CoveredAccounts } from './access-tokens.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { ExpiringMap } from './expiring-map.ts';

/** RFC 6749 section 4.1.2 recommends ten minutes at most. */
const LIFETIME = 10 * 60_000;

interface IssuedCode {
  request: AuthorizationRequest;
  accounts: CoveredAccounts;
}

/** What the token endpoint was sent with a code. */
interface CodeRedemption {
  code: string;
  clientId: string;
  redirectUri: string;
  codeVerifier: string | undefined;
}

/** Authorization codes: made by a consent, redeemed once, by the app and for the redirect URI they were made for. */
export class AuthorizationCodes {
  readonly #codes = new ExpiringMap<IssuedCode>(LIFETIME);

  issue(request: AuthorizationRequest, accounts: CoveredAccounts): string {
    const code = randomUUID();
    this.#codes.set(code, { request, accounts });
    return code;
  }

  /** A code that is presented wrongly is spent all the same: whoever holds it gets no second guess. */
  redeem({ code, clientId, redirectUri, codeVerifier }: CodeRedemption): IssuedCode | undefined {
    const issued = this.#codes.take(code);
    if (issued === undefined) return undefined;
    const { request } = issued;
    const fits = request.client.clientId === clientId && request.redirectUri === redirectUri;
    return fits && provesChallenge(request.codeChallenge, codeVerifier) ? issued : undefined;
  }
}

/** RFC 7636 section 4.6; a verifier without a challenge is refused too, against PKCE downgrade (RFC 9700 section 2.1.1). */
function provesChallenge(challenge: string | undefined, verifier: string | undefined): boolean {
  if (challenge === undefined || verifier === undefined) return challenge === verifier;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
