import { parseCookie } from 'cookie';
import { unsign } from 'cookie-signature';

/**
 * The session id in a Cookie header, when one of the secrets signed it. Reads the cookie as express-session does, or
 * more strictly: what is accepted here, is the same id there.
 */
export function signedSessionId(
  header: string | undefined,
  cookieName: string,
  secrets: readonly string[],
): string | undefined {
  if (header === undefined) return undefined;
  const value = parseCookie(header)[cookieName];
  if (!value?.startsWith('s:')) return undefined;
  for (const secret of secrets) {
    const id = unsign(value.slice(2), secret);
    if (id !== false) return id;
  }
  return undefined;
}
