import { isLoopback } from '../configuration/is-loopback.ts';
import { PublicError } from '../errors/public-error.ts';

/** The attributes of the session cookie, except how long it lives. */
export interface SessionCookieAttributes {
  httpOnly: true;
  path: '/';
  secure: boolean;
  sameSite: 'strict' | 'none';
  partitioned: boolean;
}

/**
 * `__Host-` makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis section 4.1.3.2), so that no sibling
 * subdomain can plant a session. They refuse the prefix on plain http, which is for localhost only.
 */
export function sessionCookieName(publicUrl: URL): string {
  return publicUrl.protocol === 'https:' ? '__Host-alpaca.sid' : 'alpaca.sid';
}

/**
 * @param crossSite Whether the page that connects lives on another site than the server. Then the cookie has to be
 * `SameSite=None; Partitioned`: browsers keep it apart for that page's site. Both want Secure, which browsers accept
 * on plain http from localhost too, because they count it as trustworthy.
 */
export function sessionCookieAttributes(
  publicUrl: URL,
  { crossSite }: { crossSite: boolean },
): SessionCookieAttributes {
  return {
    httpOnly: true,
    path: '/',
    secure: crossSite || publicUrl.protocol === 'https:',
    sameSite: crossSite ? 'none' : 'strict',
    partitioned: crossSite,
  };
}

/**
 * Browsers keep a Secure cookie only for an origin that they count as trustworthy: https, or plain http on a loopback
 * host (W3C Secure Contexts section 3.1). The session must not travel over any other.
 * @throws PublicError 500 `config_invalid`
 */
export function assertSessionCookieWorks(publicUrl: URL): void {
  if (publicUrl.protocol === 'https:') return;
  if (publicUrl.protocol === 'http:' && isLoopback(publicUrl)) return;
  throw new PublicError(
    500,
    'config_invalid',
    `PUBLIC_URL is ${publicUrl.origin}, where browsers keep no secure cookie. Use https; plain http works on localhost only.`,
  );
}
