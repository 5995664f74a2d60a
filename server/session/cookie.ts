import type { IncomingMessage } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import { unsign } from 'cookie-signature';
import type { Request, RequestHandler, Response } from 'express';
import expressSession, { type SessionData, Store } from 'express-session';
import { isLoopback } from '../config-formats.ts';
import { PublicError } from '../http/errors.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { RecentReads } from './recent-reads.ts';
import { sessionStoreUnavailable } from './records.ts';
import type { Sessions } from './sessions.ts';

/*
 * The session cookie, and the whole adapter of express-session.
 *
 * express-session reads the cookie and checks its signature, makes new session ids, keeps the attributes of a session's
 * cookie, sets the cookie when an answer goes out, and touches a session that was used.
 *
 * It never writes a session: `SessionStore.set()` is empty on purpose. It would save blindly, so that a request under way
 * while the person logs out would bring the session back (expressjs/session#632). `ConnectionSessions` creates and changes
 * sessions through `Sessions` instead, which compares and swaps.
 *
 * It never sees the request itself, but a view on it (`requestView()`). The app around a mounted router may use
 * express-session too, and sharing `req.session` with it would put access tokens into that app's own session store.
 */

interface SessionCookieOptions {
  sessions: Sessions;
  /** For the cookie's signature, newest first. */
  secrets: readonly string[];
  /** Where browsers reach this server: https, or plain http on a loopback host. */
  publicUrl: URL;
  /** The life of the cookie, in milliseconds. */
  maxAge: number;
}

/** Reads session cookies: by express-session for routes that change the session, and without Express for all others. */
export class SessionCookie {
  readonly #name: string;
  readonly #secrets: string[];
  readonly #publicUrl: URL;
  readonly #expressSession: RequestHandler;
  /** The ids in values whose signature was right. */
  readonly #verified = new RecentReads<string>();

  constructor({ sessions, secrets, publicUrl, maxAge }: SessionCookieOptions) {
    this.#name = sessionCookieName(publicUrl);
    this.#secrets = [...secrets];
    this.#publicUrl = publicUrl;
    this.#expressSession = expressSession({
      name: this.#name,
      secret: this.#secrets,
      store: new SessionStore(sessions),
      cookie: { ...sessionCookieAttributes(publicUrl, { crossSite: false }), maxAge },
      saveUninitialized: false,
      resave: false,
      rolling: false,
    });
  }

  /** The session id of a request's cookie, when this server signed it. */
  async signedId({ headers }: IncomingMessage): Promise<string | undefined> {
    const signed = signedValue(headers.cookie, this.#name);
    return signed && this.#verified.read(signed, async () => verifiedId(signed, this.#secrets));
  }

  /**
   * Reads the session that belongs to a request. When the answer goes out, express-session touches the session.
   * @throws PublicError 503 `session_store_unavailable`
   */
  async read(request: Request, response: Response): Promise<CookieSession> {
    const view = requestView(request, this.#publicUrl);
    await new Promise<void>((resolve, reject) => {
      this.#expressSession(view, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
    // What express-session does when it believes that its store is away.
    if (view.session === undefined) throw sessionStoreUnavailable(new Error('No session was read.'));
    return new CookieSession(view, this.#publicUrl);
  }
}

/** The session of one request, as express-session holds it. Without a cookie, a new one that is stored nowhere. */
export class CookieSession {
  readonly #view: Request;
  readonly #publicUrl: URL;

  constructor(view: Request, publicUrl: URL) {
    this.#view = view;
    this.#publicUrl = publicUrl;
  }

  /** The secret session id. Never log it. */
  get id(): string {
    return this.#view.sessionID;
  }

  get connections(): StoredConnection[] {
    return (this.#view.session as Partial<SessionContent>).connections ?? [];
  }

  /** Whether express-session would set a Secure cookie on the answer. On another one it silently sets none. */
  get isSecure(): boolean {
    return this.#view.secure;
  }

  /** Makes a new id, which the cookie of the answer will hold. Nothing is stored yet. */
  renew({ crossSite }: { crossSite: boolean }): { id: string; cookie: object } {
    this.#view.sessionStore.generate(this.#view);
    const { cookie } = this.#view.session;
    Object.assign(cookie, sessionCookieAttributes(this.#publicUrl, { crossSite }));
    return { id: this.id, cookie };
  }

  /** Has the answer set the cookie of a session that is stored already. */
  adopt(id: string, cookie: object): void {
    this.#view.sessionID = id;
    this.#view.sessionStore.createSession(this.#view, { cookie: cookie as SessionData['cookie'] });
  }

  /** Has the answer set no cookie: express-session sets none when there is no session. */
  forget(): void {
    Reflect.set(this.#view, 'session', undefined);
  }

  /** Has the answer delete the browser's cookie. */
  clearCookie(response: Response): void {
    const crossSite = this.#view.session.cookie.sameSite === 'none';
    response.append('Set-Cookie', expiredSessionCookie(this.#publicUrl, { crossSite }));
  }
}

/** What express-session reads and writes on a request. */
const OWN_PROPERTIES = ['session', 'sessionID', 'sessionStore', 'cookies', 'signedCookies'];

/** A view on a request whose session and cookies are express-session's own. Everything else is the request's. */
export function requestView(request: Request, publicUrl: URL): Request {
  const view = Object.create(request) as Request;
  for (const name of OWN_PROPERTIES) Object.defineProperty(view, name, { value: undefined, writable: true });
  // express-session sends a Secure cookie only on a request that it takes for secure. Browsers count loopback as
  // trustworthy and keep such a cookie (W3C Secure Contexts section 3.1).
  if (publicUrl.protocol === 'http:') Object.defineProperty(view, 'secure', { value: true });
  return view;
}

/** What express-session gets to see of a session. */
interface SessionContent extends SessionData {
  connections: StoredConnection[];
}

/** `Sessions` as a store for express-session, which reads and touches, and never writes: see the top of this file. */
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
    const loaded = await this.#sessions.open(id);
    return loaded && { cookie: loaded.cookie as SessionData['cookie'], connections: loaded.connections };
  }

  async #touch(id: string): Promise<void> {
    const loaded = await this.#sessions.load(id);
    if (loaded !== undefined) await this.#sessions.touch(loaded);
  }
}

/**
 * The session id in a Cookie header, when one of the secrets signed it. Reads the cookie as express-session does, or
 * more strictly: an id that is accepted here is the same id there.
 */
export function signedSessionId(
  header: string | undefined,
  cookieName: string,
  secrets: readonly string[],
): string | undefined {
  const signed = signedValue(header, cookieName);
  return signed && verifiedId(signed, secrets);
}

function signedValue(header: string | undefined, cookieName: string): string | undefined {
  const value = header && parseCookie(header)[cookieName];
  return value?.startsWith('s:') ? value.slice(2) : undefined;
}

function verifiedId(signed: string, secrets: readonly string[]): string | undefined {
  for (const secret of secrets) {
    const id = unsign(signed, secret);
    if (id !== false) return id;
  }
  return undefined;
}

/**
 * Browsers accept a `__Host-` cookie only with Secure, Path=/ and no Domain (RFC 6265bis section 4.1.3.2), so no sibling
 * subdomain can set a session. They refuse the prefix on plain http, which is for localhost only.
 */
export function sessionCookieName(publicUrl: URL): string {
  return publicUrl.protocol === 'https:' ? '__Host-alpaca.sid' : 'alpaca.sid';
}

/** The attributes of the session cookie, except how long it lives. */
interface SessionCookieAttributes {
  httpOnly: true;
  path: '/';
  secure: boolean;
  sameSite: 'strict' | 'none';
  partitioned: boolean;
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
 * The `Set-Cookie` that makes a browser forget its session. It drops a cookie only when name, path and partition are
 * those it was set with.
 * @param crossSite As the cookie was set.
 */
function expiredSessionCookie(publicUrl: URL, { crossSite }: { crossSite: boolean }): string {
  const name = sessionCookieName(publicUrl);
  const attributes = sessionCookieAttributes(publicUrl, { crossSite });
  return stringifySetCookie({ name, value: '', ...attributes, maxAge: 0, expires: new Date(0) });
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
