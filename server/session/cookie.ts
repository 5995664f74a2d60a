import { parseCookie, stringifySetCookie } from 'cookie';
import { unsign } from 'cookie-signature';
import type { Request } from 'express';
import { type SessionData, Store } from 'express-session';
import { isLoopback } from '../config-formats.ts';
import { PublicError } from '../http/errors.ts';
import type { StoredConnection } from '../stored-connection.ts';
import type { Sessions } from './sessions.ts';

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

/** What express-session reads and writes on a request. */
const ownProperties = ['session', 'sessionID', 'sessionStore', 'cookies', 'signedCookies'];

/**
 * A view on a request that is express-session's own. The app around a mounted router may use express-session, or
 * cookie-parser, itself: sharing `req.session` with it would put access tokens into that app's own session store.
 * @param publicUrl Where browsers reach this server: https, or plain http on a loopback host.
 */
export function requestView(request: Request, publicUrl: URL): Request {
  const view = Object.create(request) as Request;
  for (const name of ownProperties) Object.defineProperty(view, name, { value: undefined, writable: true });
  // express-session sends a Secure cookie only on a request that it takes for secure. Browsers count loopback as
  // trustworthy and keep such a cookie (W3C Secure Contexts section 3.1).
  if (publicUrl.protocol === 'http:') Object.defineProperty(view, 'secure', { value: true });
  return view;
}

/** What express-session gets to see of a session. */
export interface SessionContent extends SessionData {
  connections: StoredConnection[];
}

/**
 * `Sessions` as a store for express-session, which here reads and touches, and never writes.
 *
 * Its way of saving is blind: a request that is under way while the person logs out would bring the session back
 * (expressjs/session#632). `ConnectionSessions` creates and changes sessions through `Sessions` instead.
 */
export class SessionStore extends Store {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    super();
    this.#sessions = sessions;
  }

  override get(id: string, callback: (error: unknown, session?: SessionContent) => void): void {
    this.#read(id).then((content) => callback(null, content), callback);
  }

  /** Saves nothing: what express-session wants to save at the end of an answer is stored already. */
  override set(_id: string, _session: SessionData, callback: (error?: unknown) => void = () => {}): void {
    callback();
  }

  override destroy(id: string, callback: (error?: unknown) => void = () => {}): void {
    this.#sessions.end(id).then(() => callback(), callback);
  }

  /** express-session holds back the end of every answer for this, so it reports no error: see `Sessions.touch()`. */
  override touch(id: string, _session: SessionData, callback: () => void = () => {}): void {
    const done = () => callback();
    this.#touch(id).then(done, done);
  }

  async #read(id: string): Promise<SessionContent | undefined> {
    const loaded = await this.#sessions.load(id);
    return loaded && { cookie: loaded.cookie as SessionData['cookie'], connections: loaded.connections };
  }

  async #touch(id: string): Promise<void> {
    const loaded = await this.#sessions.load(id);
    if (loaded !== undefined) await this.#sessions.touch(loaded);
  }
}
