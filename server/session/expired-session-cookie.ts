import { stringifySetCookie } from 'cookie';
import { sessionCookieAttributes, sessionCookieName } from './session-cookie.ts';

/**
 * The `Set-Cookie` that makes a browser forget its session. It drops a cookie only when name, path and partition are
 * those it was set with.
 * @param crossSite As the cookie was set.
 */
export function expiredSessionCookie(publicUrl: URL, { crossSite }: { crossSite: boolean }): string {
  const name = sessionCookieName(publicUrl);
  const attributes = sessionCookieAttributes(publicUrl, { crossSite });
  return stringifySetCookie({ name, value: '', ...attributes, maxAge: 0, expires: new Date(0) });
}
