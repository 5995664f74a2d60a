import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Api } from '../contract.ts';
import { AppUsers, type Owns } from '../hooks.ts';
import { PublicError } from '../http/errors.ts';
import type { OperationScope } from '../operations.ts';
import { providerIdOf } from '../providers.ts';
import { type RenewedToken, type StoredConnection, withoutToken } from '../stored-connection.ts';
import { assertCurrentRules, type CurrentRules } from '../trading-rules.ts';
import { chooseConnection, namedConnection, notConnected } from './choose-connection.ts';
import { assertSessionCookieWorks, type CookieSession, SessionCookie } from './cookie.ts';
import type { RecordStore } from './records.ts';
import { type LoadedSession, Sessions, type TakeOver } from './sessions.ts';
import { steadyNow } from './steady-clock.ts';

interface ConnectionSessionsOptions {
  records: RecordStore;
  /** For the cookie's signature, newest first: `Sealer.signingSecrets()`. */
  secrets: readonly string[];
  /** Where browsers reach this server. Plain http is for a loopback host only. */
  publicUrl: URL;
  /** Idle timeout, in milliseconds. */
  idle: number;
  /** Absolute timeout, in milliseconds. Also the life of the cookie. */
  absolute: number;
  /** How many connections a session keeps. Default: 8. */
  most?: number;
  /** The rules of today of a provider, which hold for older connections too. Undefined for one that is no longer offered. */
  rulesOf: (provider: string) => CurrentRules | undefined;
  /** Whether the provider of a connection has changed since it was made, so that its token must go nowhere. Default: never. */
  isOutdated?: (connection: StoredConnection) => boolean;
  /** Whose connections a request may see and use. Default: all of its session. */
  users?: AppUsers;
  /** Told once of each connection that Alpaca no longer accepts. Must not reject. */
  onRevoked?: (connection: StoredConnection) => Promise<void>;
  /** Told once when a browser was first seen with new connections. Must not reject. */
  onTakeOver?: (change: TakeOver) => Promise<void>;
  /** The clock, in milliseconds since the epoch. Default: the steady clock of this process. */
  now?: () => number;
}

/** The connection that a request to Alpaca may use, and the session it is from. */
interface UsableConnection {
  readonly open: OpenSession;
  readonly connection: StoredConnection;
}

/** A session that was read for one request, as far as the person behind the request may see it. */
export interface OpenSession {
  /** The person's own, at least one. */
  readonly connections: readonly StoredConnection[];
  /** All of it. For `touch()` and `markRevoked()` only. */
  readonly loaded: LoadedSession;
}

/** What `middleware()` learned about a request. */
interface ReadSession {
  cookieSession: CookieSession;
  owns: Owns;
  /** Who is signed in to the app. Undefined when nobody is, or the app tells nobody apart. */
  user: string | undefined;
  /** The person's own. */
  connections: StoredConnection[];
}

/**
 * The connections of the person behind a request, kept in a session. When several people use one browser, connections of
 * somebody else count as absent: they are left out here, once, for every route, the proxy and the app's own code.
 *
 * The proxy, the streams and the app's own code ask `connectionFor()` or `open()`, which need no Express. The routes that
 * change a session run behind `middleware()`, which uses express-session (see cookie.ts). Whatever asks the store rejects
 * with a 503 `session_store_unavailable` when the store fails.
 */
export class ConnectionSessions {
  readonly #sessions: Sessions;
  readonly #cookie: SessionCookie;
  readonly #rulesOf: ConnectionSessionsOptions['rulesOf'];
  readonly #isOutdated: NonNullable<ConnectionSessionsOptions['isOutdated']>;
  readonly #users: AppUsers;
  readonly #onRevoked: NonNullable<ConnectionSessionsOptions['onRevoked']>;
  readonly #now: () => number;
  readonly #read = new WeakMap<Request, ReadSession>();

  /** @throws PublicError `config_invalid` when browsers would not keep a session cookie of `publicUrl`. */
  constructor(options: ConnectionSessionsOptions) {
    const { records, secrets, publicUrl, idle, absolute, now = steadyNow, most, onTakeOver } = options;
    assertSessionCookieWorks(publicUrl);
    this.#sessions = new Sessions({
      records,
      idle,
      absolute,
      now,
      ...(most && { most }),
      ...(onTakeOver && { onTakeOver }),
    });
    this.#cookie = new SessionCookie({ sessions: this.#sessions, secrets, publicUrl, maxAge: absolute });
    this.#rulesOf = options.rulesOf;
    this.#isOutdated = options.isOutdated ?? (() => false);
    this.#users = options.users ?? new AppUsers();
    this.#onRevoked = options.onRevoked ?? (async () => {});
    this.#now = now;
  }

  /**
   * The connection that a request may use for an operation, under the rules of today. Writes nothing; `touch()` says that
   * the session was used.
   *
   * @param named The id of the connection. Default: the one that the request itself names, if it does.
   * @throws PublicError 401 `not_connected` or `connection_revoked`, 403 `insufficient_scope` or `live_not_allowed`, 409
   * `connection_ambiguous`, 503 `session_store_unavailable`
   */
  async connectionFor(
    request: IncomingMessage,
    api: Api,
    scope: OperationScope,
    named = namedConnection(request),
  ): Promise<UsableConnection> {
    const open = await this.open(request);
    if (open === undefined) throw notConnected(api);
    const offered = open.connections.filter((each) => this.#rulesFor(each) !== undefined);
    const connection = chooseConnection(offered, { api, scope, named });
    const rules = this.#rulesFor(connection);
    if (rules === undefined) throw notConnected(api);
    assertCurrentRules(rules, connection, scope);
    return { open, connection };
  }

  /**
   * The session that the request's cookie names, if this server signed the cookie, the session still lives, and something
   * in it belongs to the person behind the request. Writes nothing.
   */
  async open(request: IncomingMessage): Promise<OpenSession | undefined> {
    const id = await this.#cookie.signedId(request);
    if (id === undefined) return undefined;
    // Asked first, as it may take its time: the session that is read afterwards is then the latest one, to 250 ms.
    const owns = await this.#users.owner(request);
    const loaded = await this.#sessions.openRecent(id);
    if (loaded === undefined) return undefined;
    const connections = this.#seenBy(owns, loaded.connections);
    return connections.length === 0 ? undefined : { connections, loaded };
  }

  /** Counts as use of the session, for its idle timeout. Throttled, and never rejects. To touch again later, open again. */
  async touch(open: OpenSession): Promise<void> {
    await this.#sessions.touch(open.loaded);
  }

  /**
   * Marks a connection as no longer accepted by Alpaca, and forgets its token. Update-only, and safe to repeat.
   * @param generation Only while its token is this one of its family.
   */
  async markRevoked(open: OpenSession, connectionId: string, generation?: number): Promise<void> {
    const when = new Date(this.#now()).toISOString();
    const revoked = await this.#sessions.markRevoked(open.loaded.id, connectionId, when, generation);
    if (revoked) await this.#onRevoked(revoked);
  }

  /** A connection as it is in the store this moment. Undefined when it, or its session, is gone. */
  async latest(open: OpenSession, connectionId: string): Promise<StoredConnection | undefined> {
    const loaded = await this.#sessions.load(open.loaded.id);
    return loaded?.connections.find(({ id }) => id === connectionId);
  }

  /** Stores the token that a refresh brought. Update-only. @returns the connection as it is then, undefined when it is gone */
  async renew(
    open: OpenSession,
    connectionId: string,
    renewed: RenewedToken,
  ): Promise<StoredConnection | undefined> {
    const connections = await this.#sessions.renew(open.loaded.id, renewed);
    return connections?.find(({ id, revokedAt }) => id === connectionId && revokedAt === undefined);
  }

  /** Reads the session of each request that passes. A store that fails is a 503, never "nobody is connected". */
  middleware(): RequestHandler {
    return async (request, response, next) => {
      const cookieSession = await this.#cookie.read(request, response);
      const { user, owns } = await this.#users.identify(request);
      const connections = this.#seenBy(owns, cookieSession.connections);
      this.#read.set(request, { cookieSession, owns, user, connections });
      next();
    };
  }

  /** The connections of a request behind `middleware()`, after what `establish()` and `disconnect()` did to them. */
  connections(request: Request): StoredConnection[] {
    return [...this.#readOf(request).connections];
  }

  /** Who was signed in to the app when a request came that is behind `middleware()`. */
  user(request: Request): string | undefined {
    return this.#readOf(request).user;
  }

  /**
   * Refuses a request whose answer express-session would silently send without the cookie. Call it before work that
   * cannot be repeated; `establish()` does too.
   * @throws PublicError 500 `config_invalid`
   */
  assertCookieCanBeSet(request: Request): void {
    if (this.#readOf(request).cookieSession.isSecure) return;
    throw new PublicError(
      500,
      'config_invalid',
      'PUBLIC_URL is https, but this request reached the server as plain http, so the browser would get no session ' +
        'cookie. If a proxy in front of the server terminates TLS, set TRUST_PROXY to the number of such proxies and ' +
        "have them send X-Forwarded-Proto. (In an Express app of your own, it is app.set('trust proxy', …).)",
    );
  }

  /**
   * Stores connections under a new session id (an id that an attacker set in this browser beforehand is then worth nothing,
   * OWASP ASVS 7.2.4), whose cookie the answer then sets. Once the browser is seen with it, the new session takes over from
   * the old one: it keeps the person's own that the new ones do not replace, and the old session ends. Until then, nothing
   * changes for the browser, because the answer may be lost.
   * @param options.crossSite Whether the page that connects lives on another site than this server.
   * @param options.keep Whether others of the same environment are kept, too.
   * @param options.also What has to succeed with it. When it does not, the session is given up.
   * @returns The new session id, for `resume()`. Secret.
   * @throws PublicError 500 `config_invalid` when the answer cannot set the cookie.
   */
  async establish(
    request: Request,
    connections: StoredConnection[],
    { crossSite, keep, also }: { crossSite: boolean; keep: boolean; also?: () => Promise<void> },
  ): Promise<string> {
    this.assertCookieCanBeSet(request);
    const read = this.#readOf(request);
    const { cookieSession } = read;
    const oldId = cookieSession.id;
    const { id, cookie } = cookieSession.renew({ crossSite });
    try {
      await this.#sessions.rotate(oldId, id, { cookie, connections, keep });
      await also?.();
    } catch (error) {
      // No browser has its cookie. Where the store fails, that alone keeps it from being used.
      cookieSession.forget();
      await this.#sessions.end(id).catch(() => {});
      throw error;
    }
    read.connections = connections;
    return id;
  }

  /**
   * Has the answer set the cookie of an established session again, as long as no browser was seen with it.
   * @returns The connections that were made with it; none when a browser has it already, or it has ended.
   */
  async resume(request: Request, id: string): Promise<StoredConnection[]> {
    const loaded = await this.#sessions.load(id);
    if (loaded?.replaces === undefined) return [];
    this.#readOf(request).cookieSession.adopt(id, loaded.cookie);
    return loaded.connections;
  }

  /**
   * Forgets connections of the person. When they were the last ones, ends the session and clears the cookie.
   * @returns Those that were forgotten, so that their streams can be ended.
   */
  async disconnect(
    request: Request,
    response: Response,
    isMeant: (connection: StoredConnection) => boolean,
  ): Promise<StoredConnection[]> {
    const read = this.#readOf(request);
    const { cookieSession, owns } = read;
    const stays = (connection: StoredConnection) => !isMeant(connection) || !owns(connection);
    const before = await this.#sessions.update(cookieSession.id, (connections) =>
      connections.every(stays) ? connections : connections.filter(stays),
    );
    const left = before?.filter(stays);
    read.connections = this.#seenBy(owns, left ?? []);
    if (left?.length === 0) {
      await this.#sessions.end(cookieSession.id);
      cookieSession.clearCookie(response);
    }
    return before?.filter((connection) => !stays(connection)) ?? [];
  }

  /** What a person may see: their own, and no token that may go nowhere. */
  #seenBy(owns: Owns, connections: readonly StoredConnection[]): StoredConnection[] {
    return connections.filter(owns).map((each) => (this.#isOutdated(each) ? withoutToken(each) : each));
  }

  /** Undefined where the provider, or its environment, is no longer offered. */
  #rulesFor(connection: StoredConnection): CurrentRules | undefined {
    const rules = this.#rulesOf(providerIdOf(connection));
    return rules?.environments.includes(connection.environment) ? rules : undefined;
  }

  #readOf(request: Request): ReadSession {
    const read = this.#read.get(request);
    if (read === undefined)
      throw new Error('This route needs ConnectionSessions.middleware() in front of it.');
    return read;
  }
}
