import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { Connection } from './contract.ts';
import { PublicError } from './http/errors.ts';
import { report } from './http/log.ts';
import { withDeadline } from './session/with-deadline.ts';
import { publicConnection, type StoredConnection } from './stored-connection.ts';

/**
 * What the app around this server adds to it.
 *
 * `onConnect` and `onDisconnect` are told what has happened already: of a new connection when the browser first shows the cookie
 * of its session, which the widget does at once, because the answer that sets the cookie can be lost on its way. The answer
 * waits for them, so that the page's next request finds what they wrote, but for five seconds at most; a hook that throws or
 * hangs is logged and changes nothing.
 */
export interface Hooks<Incoming extends IncomingMessage = IncomingMessage> {
  /**
   * The app's own id of the person who is signed in, 1 to 200 characters; undefined or null when nobody is. With it, only
   * people who are signed in can connect, who starts must be who finishes, and nobody sees or uses what another connected
   * in the same browser. It is asked on every request that touches a connection: keep it quick. When it throws, takes longer
   * than five seconds or returns something else, the request is refused with a 500.
   *
   * A mounted router gives it Express' request. The runnable server answers proxied requests before Express, and gives it
   * Node's own.
   */
  getUser?: (request: Incoming) => string | null | undefined | Promise<string | null | undefined>;
  onConnect?: (event: ConnectEvent) => void | Promise<void>;
  onDisconnect?: (event: DisconnectEvent) => void | Promise<void>;
}

/** A connection that was made. Holds no part of its token: for that, see `connectionOf()`. */
export interface ConnectEvent {
  /** What `getUser` said of the person who connected; undefined without `getUser`. */
  user: string | undefined;
  connection: Connection;
}

export interface DisconnectEvent extends ConnectEvent {
  reason: DisconnectReason;
}

/**
 * Why a connection ended: the person pressed Disconnect, Alpaca refused its token, or another one took its place.
 * A connection ends once, for the first of these. Nobody is told when a session times out with its connections.
 */
export type DisconnectReason = 'disconnected' | 'revoked' | 'replaced';

/** How long a request waits for a hook. Milliseconds. */
const PATIENCE = 5_000;

/** Whether a connection belongs to the person behind a request. */
export type Owns = (connection: Pick<StoredConnection, 'user'>) => boolean;

/**
 * Calls `getUser`: the people of the app around this server. A browser may be signed out as one person and in as another
 * while its session here lives on; what one of them connected must not exist for the other.
 */
export class AppUsers {
  readonly #getUser: Hooks['getUser'];
  readonly #patience: number;

  /** @param getUser Without it, everybody with the session is the same person. */
  constructor(getUser?: Hooks['getUser'], patience = PATIENCE) {
    this.#getUser = getUser;
    this.#patience = patience;
  }

  /**
   * The person behind a request, for what only they may do; undefined when the app tells nobody apart.
   * @throws PublicError 401 `access_denied` when nobody is signed in, 500 `internal` when `getUser` fails.
   */
  async require(request: IncomingMessage): Promise<string | undefined> {
    if (this.#getUser === undefined) return undefined;
    const user = await this.#ask(this.#getUser, request);
    if (user !== undefined) return user;
    throw notSignedIn();
  }

  /**
   * What a request may see and use. What was connected before there was a `getUser` belongs to nobody.
   * @throws PublicError 500 `internal` when `getUser` fails: never "nobody", and never "everybody".
   */
  async owner(request: IncomingMessage): Promise<Owns> {
    return (await this.identify(request)).owns;
  }

  /**
   * As `owner()`, and who that is: undefined when nobody is signed in, or the app tells nobody apart.
   * @throws PublicError 500 `internal` when `getUser` fails.
   */
  async identify(request: IncomingMessage): Promise<{ user: string | undefined; owns: Owns }> {
    if (this.#getUser === undefined) {
      return { user: undefined, owns: (connection) => connection.user === undefined };
    }
    const user = await this.#ask(this.#getUser, request);
    return { user, owns: (connection) => user !== undefined && connection.user === user };
  }

  /** Whether the app says who is signed in. */
  get areKnown(): boolean {
    return this.#getUser !== undefined;
  }

  async #ask(getUser: NonNullable<Hooks['getUser']>, request: IncomingMessage): Promise<string | undefined> {
    const user = await withDeadline((async () => getUser(request))(), this.#patience).catch((error) => {
      throw userUnknown(error);
    });
    if (user === undefined || user === null) return undefined;
    // A number or an object would be compared, or sealed, as something else than it was.
    if (isUserId(user)) return user;
    throw userUnknown(new TypeError('getUser returned no id.'));
  }
}

/** The id is sealed into a cookie, which has room for about 4,000 bytes in all. */
const LONGEST_ID = 200;

/** Whether a value can be an app's id of a person. */
export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID;
}

function notSignedIn(): PublicError {
  return new PublicError(
    401,
    'access_denied',
    'Sign in to this site first, then press the connect button. Nothing was connected. (Site owners: getUser names nobody for this request. Mount the router after your session, and see "Pages of another site" in server/README.md.)',
  );
}

function userUnknown(cause: unknown): PublicError {
  return new PublicError(
    500,
    'internal',
    `This site could not tell who is signed in. Try again in a moment. (Site owners: getUser has to return a string of 1 to ${LONGEST_ID} characters, or undefined, within five seconds.)`,
    { cause },
  );
}

interface AppHooksParts {
  hooks: Pick<Hooks, 'onConnect' | 'onDisconnect'>;
  log: Logger;
  /** How long an answer waits for a hook. Milliseconds. */
  patience?: number;
}

/**
 * Calls `onConnect` and `onDisconnect`. They can neither undo what happened nor hold it up for long: a hook that throws or
 * hangs must not cost a person the connection that was just made. No method rejects.
 */
export class AppHooks {
  readonly #hooks: AppHooksParts['hooks'];
  readonly #log: Logger;
  readonly #patience: number;

  constructor({ hooks, log, patience = PATIENCE }: AppHooksParts) {
    this.#hooks = hooks;
    this.#log = log;
    this.#patience = patience;
  }

  async connected(connections: readonly StoredConnection[]): Promise<void> {
    await Promise.all(
      connections.map((each) => this.#call('onConnect', () => this.#hooks.onConnect?.(eventOf(each)))),
    );
  }

  /** A connection ends once: when one was revoked before, the app has been told. */
  async ended(connections: readonly StoredConnection[], reason: DisconnectReason): Promise<void> {
    const untold = connections.filter(({ revokedAt }) => reason === 'revoked' || revokedAt === undefined);
    await Promise.all(
      untold.map((each) =>
        this.#call('onDisconnect', () => this.#hooks.onDisconnect?.({ ...eventOf(each), reason })),
      ),
    );
  }

  async #call(name: keyof Hooks, hook: () => void | Promise<void>): Promise<void> {
    try {
      await withDeadline((async () => hook())(), this.#patience);
    } catch (error) {
      report(this.#log, 'error', { event: 'hook_failed', hook: name, error });
    }
  }
}

function eventOf(connection: StoredConnection): ConnectEvent {
  return { user: connection.user, connection: publicConnection(connection) };
}
