import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import expressSession from 'express-session';
import type { Api, Environment } from '../contract.ts';
import { HostUsers, type Owns } from '../hooks.ts';
import { PublicError } from '../http/errors.ts';
import type { OperationScope } from '../operations.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { type CurrentRules, assertCurrentRules } from '../trading-rules.ts';
import {
  assertSessionCookieWorks,
  expiredSessionCookie,
  requestView,
  type SessionContent,
  SessionStore,
  sessionCookieAttributes,
  sessionCookieName,
  signedSessionId,
} from './cookie.ts';
import { type RecordStore, sessionStoreUnavailable } from './records.ts';
import { type LoadedSession, Sessions } from './sessions.ts';
import { steadyNow } from './steady-clock.ts';

export interface ConnectionSessionsOptions {
  records: RecordStore;
  /** For the cookie's signature, newest first: `Sealer.signingSecrets()`. */
  secrets: readonly string[];
  /** Where browsers reach this server. Plain http is for a loopback host only. */
  publicUrl: URL;
  /** Idle timeout, in milliseconds. */
  idle: number;
  /** Absolute timeout, in milliseconds. Also the life of the cookie. */
  absolute: number;
  /** What holds today, whenever a connection was made. */
  rules: CurrentRules;
  /** Whose connections a request may see and use. Default: all of its session. */
  users?: HostUsers;
  /** Told of each connection that Alpaca no longer accepts, once. Must not reject. */
  onRevoked?: (connection: StoredConnection) => Promise<void>;
  /** The clock, in milliseconds since the epoch. Default: the steady clock of this process. */
  now?: () => number;
}

/** A session that was read for one request, as far as the person behind it may see it. */
export interface OpenSession {
  /** The person's own, at least one. */
  readonly connections: readonly StoredConnection[];
  /** All of it. For `touch()` and `markRevoked()` only. */
  readonly loaded: LoadedSession;
}

/** What a request to Alpaca stands on. */
export interface UsableConnection {
  readonly open: OpenSession;
  readonly connection: StoredConnection;
}

/** What `middleware()` learned about a request. */
interface Held {
  /** The request as express-session sees it: see `requestView()`. */
  inner: Request;
  owns: Owns;
  /** The person's own. */
  connections: StoredConnection[];
}

/**
 * The connections of the person behind a request, kept in a session. Connections of somebody else who used the same
 * browser are as good as absent: they are left out here, once, for every route, the proxy and the app's own code.
 *
 * The one owner of express-session. Express routes run behind `middleware()`; the proxy calls `open()`, which needs no
 * Express. Whatever asks the store rejects with a 503 `session_store_unavailable` when the store fails.
 */
export class ConnectionSessions {
  readonly #sessions: Sessions;
  readonly #secrets: string[];
  readonly #publicUrl: URL;
  readonly #cookieName: string;
  readonly #rules: CurrentRules;
  readonly #users: HostUsers;
  readonly #onRevoked: NonNullable<ConnectionSessionsOptions['onRevoked']>;
  readonly #now: () => number;
  readonly #expressSession: RequestHandler;
  readonly #held = new WeakMap<Request, Held>();

  /** @throws PublicError `config_invalid` when browsers would not keep a session cookie of `publicUrl`. */
  constructor(options: ConnectionSessionsOptions) {
    const { records, secrets, publicUrl, idle, absolute, now = steadyNow } = options;
    assertSessionCookieWorks(publicUrl);
    this.#sessions = new Sessions({ records, idle, absolute, now });
    this.#secrets = [...secrets];
    this.#publicUrl = publicUrl;
    this.#cookieName = sessionCookieName(publicUrl);
    this.#rules = options.rules;
    this.#users = options.users ?? new HostUsers();
    this.#onRevoked = options.onRevoked ?? (async () => {});
    this.#now = now;
    this.#expressSession = expressSession({
      name: this.#cookieName,
      secret: this.#secrets,
      store: new SessionStore(this.#sessions),
      cookie: { ...sessionCookieAttributes(publicUrl, { crossSite: false }), maxAge: absolute },
      saveUninitialized: false,
      resave: false,
      rolling: false,
    });
  }

  /** Reads the session of each request that passes. A store that fails is a 503, never "nobody is connected". */
  middleware(): RequestHandler {
    return (request, response, next) => {
      const inner = requestView(request, this.#publicUrl);
      this.#expressSession(inner, response, (error?: unknown) => {
        if (error) return next(error);
        // What express-session does when it believes that its store is away.
        if (inner.session === undefined)
          return next(sessionStoreUnavailable(new Error('No session was read.')));
        this.#hold(request, inner).then(() => next(), next);
      });
    };
  }

  async #hold(request: Request, inner: Request): Promise<void> {
    const owns = await this.#users.owner(request);
    const { connections = [] } = inner.session as Partial<SessionContent>;
    this.#held.set(request, { inner, owns, connections: connections.filter(owns) });
  }

  /** The connections of a request behind `middleware()`, after what `establish()` and `disconnect()` did to them. */
  connections(request: Request): StoredConnection[] {
    return [...this.#heldOf(request).connections];
  }

  /**
   * Adds connections under a new session id (a session that somebody planted before is worth nothing, ASVS 7.2.4),
   * keeps the person's own of other environments, and ends the old session. The answer then sets the cookie.
   * @param crossSite Whether the page that connects lives on another site than this server.
   * @returns The connections that were given up: of the same environments, or of somebody else.
   * @throws PublicError 500 `config_invalid` when the answer cannot set the cookie.
   */
  async establish(
    request: Request,
    connections: StoredConnection[],
    { crossSite }: { crossSite: boolean },
  ): Promise<StoredConnection[]> {
    this.assertCookieCanBeSet(request);
    const held = this.#heldOf(request);
    const { inner, owns } = held;
    const oldId = inner.sessionID;
    const made = new Set(connections.map(({ environment }) => environment));
    let givenUp: StoredConnection[] = [];
    inner.sessionStore.generate(inner);
    const { cookie } = inner.session;
    Object.assign(cookie, sessionCookieAttributes(this.#publicUrl, { crossSite }));
    try {
      held.connections = await this.#sessions.succeed(oldId, inner.sessionID, cookie, (old) => {
        const kept = old.filter((each) => owns(each) && !made.has(each.environment));
        givenUp = old.filter((each) => !kept.includes(each));
        return [...kept, ...connections];
      });
      return givenUp;
    } catch (error) {
      forgetSession(inner);
      throw error;
    }
  }

  /**
   * Refuses a request whose answer express-session would silently send without the cookie. Call it before work that
   * cannot be repeated; `establish()` does too.
   * @throws PublicError 500 `config_invalid`
   */
  assertCookieCanBeSet(request: Request): void {
    if (this.#heldOf(request).inner.secure) return;
    throw new PublicError(
      500,
      'config_invalid',
      'PUBLIC_URL is https, but this request reached the server as plain http, so the browser would get no session ' +
        'cookie. If a proxy in front of the server terminates TLS, set TRUST_PROXY to the number of such proxies and ' +
        "have them send X-Forwarded-Proto. (In an Express app of your own, it is app.set('trust proxy', …).)",
    );
  }

  /**
   * Forgets the connection to an environment. When it was the last one, ends the session and clears the cookie.
   * @returns The connection that was forgotten, so that its streams can be ended; undefined when there was none.
   */
  async disconnect(
    request: Request,
    response: Response,
    environment: Environment,
  ): Promise<StoredConnection | undefined> {
    const held = this.#heldOf(request);
    const { inner, owns } = held;
    const stays = (connection: StoredConnection) =>
      connection.environment !== environment || !owns(connection);
    const before = await this.#sessions.update(inner.sessionID, (connections) =>
      connections.every(stays) ? connections : connections.filter(stays),
    );
    const left = before?.filter(stays);
    held.connections = left?.filter(owns) ?? [];
    if (left?.length === 0) {
      await this.#sessions.end(inner.sessionID);
      const crossSite = inner.session.cookie.sameSite === 'none';
      response.append('Set-Cookie', expiredSessionCookie(this.#publicUrl, { crossSite }));
    }
    return before?.find((connection) => !stays(connection));
  }

  /**
   * The session that the request's cookie names, if it is signed by this server, still lives, and holds something of the
   * person behind the request. Writes nothing.
   */
  async open(request: IncomingMessage): Promise<OpenSession | undefined> {
    const id = signedSessionId(request.headers.cookie, this.#cookieName, this.#secrets);
    if (id === undefined) return undefined;
    // Asked first, as it may take its time: who disconnects meanwhile must not find the old session in use afterwards.
    const owns = await this.#users.owner(request);
    const loaded = await this.#sessions.load(id);
    if (loaded === undefined) return undefined;
    const connections = loaded.connections.filter(owns);
    return connections.length === 0 ? undefined : { connections, loaded };
  }

  /**
   * The connection that a request may use for an operation, under the rules of today. Writes nothing; `touch()` says that
   * the session was used.
   *
   * @throws PublicError 401 `not_connected` or `connection_revoked`, 403 `insufficient_scope` or `live_not_allowed`, 503
   * `session_store_unavailable`
   */
  async connectionFor(request: IncomingMessage, api: Api, scope: OperationScope): Promise<UsableConnection> {
    const open = await this.open(request);
    if (open === undefined) throw notConnected(api);
    const connection = chooseConnection(open.connections, api, this.#rules.environments, scope);
    assertCurrentRules(this.#rules, connection, scope);
    return { open, connection };
  }

  /** Counts as use of the session, for its idle timeout. Throttled, and never rejects. To touch later again, open again. */
  async touch(open: OpenSession): Promise<void> {
    await this.#sessions.touch(open.loaded);
  }

  /** Marks a connection as no longer accepted by Alpaca, and forgets its token. Update-only, and safe to repeat. */
  async markRevoked(open: OpenSession, connectionId: string): Promise<void> {
    const when = new Date(this.#now()).toISOString();
    const revoked = await this.#sessions.markRevoked(open.loaded.id, connectionId, when);
    if (revoked) await this.#onRevoked(revoked);
  }

  #heldOf(request: Request): Held {
    const held = this.#held.get(request);
    if (held === undefined)
      throw new Error('This route needs ConnectionSessions.middleware() in front of it.');
    return held;
  }
}

/** Without a session express-session sets no cookie when the answer goes out. */
function forgetSession(inner: Request): void {
  Reflect.set(inner, 'session', undefined);
}

/**
 * Picks the connection whose token a request may use. The Market Data API takes the token of either environment: paper
 * comes first, because that token can do less.
 *
 * @throws PublicError 401 `not_connected` or `connection_revoked`, 403 `insufficient_scope`
 */
export function chooseConnection(
  connections: readonly StoredConnection[],
  api: Api,
  environments: readonly Environment[],
  scope: OperationScope,
): StoredConnection {
  const candidates = connections.filter(
    ({ environment }) => environments.includes(environment) && (api === 'data' || api === environment),
  );
  if (candidates.length === 0) throw notConnected(api);
  const alive = candidates.filter(({ revokedAt }) => revokedAt === undefined);
  if (alive.length === 0) throw connectionRevoked();
  const covering = alive.filter((connection) => covers(connection, scope));
  const chosen = covering.find(({ environment }) => environment === 'paper') ?? covering[0];
  if (chosen === undefined) throw insufficientScope(scope);
  return chosen;
}

/** What a page is told when Alpaca no longer accepts the token. */
export function connectionRevoked(): PublicError {
  return new PublicError(
    401,
    'connection_revoked',
    'Alpaca no longer accepts this connection. Reconnect with the button, then try again.',
  );
}

/** What a page is told when there is no session, or nothing in it to use. */
export function notConnected(api: Api): PublicError {
  const account = api === 'data' ? 'No Alpaca account' : `No ${api} account`;
  return new PublicError(
    401,
    'not_connected',
    `${account} is connected. Connect one with the button, then try again.`,
  );
}

/** An undocumented scope cannot be compared: whoever opened the operation leaves the decision to Alpaca. */
function covers(connection: StoredConnection, scope: OperationScope): boolean {
  return scope === 'none' || scope === 'undocumented' || connection.scope.split(' ').includes(scope);
}

function insufficientScope(scope: OperationScope): PublicError {
  return new PublicError(
    403,
    'insufficient_scope',
    `This needs the scope "${scope}", which was not granted. Add it to the button's scope attribute and reconnect.`,
  );
}
