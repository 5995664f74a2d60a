import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { Connection } from './contract.ts';
import { PublicError } from './http/errors.ts';
import { report } from './http/log.ts';
import { withDeadline } from './session/with-deadline.ts';
import { publicConnection, type StoredConnection } from './stored-connection.ts';

/** A connection that was made. Holds no part of its token: for that, see `connectionOf()`. */
export interface ConnectEvent {
  /** What `getUser` said of the person who connected; undefined without `getUser`. */
  user: string | undefined;
  connection: Connection;
}

/**
 * Why a connection ended: the person pressed Disconnect, Alpaca refused its token, or another one took its place.
 * A connection ends once, for the first of these. A session that times out ends its connections without a word.
 */
export type DisconnectReason = 'disconnected' | 'revoked' | 'replaced';

export interface DisconnectEvent extends ConnectEvent {
  reason: DisconnectReason;
}

/**
 * What the app around this server adds to it.
 *
 * `onConnect` and `onDisconnect` are told what has happened already. The answer waits for them, so that the page's next
 * request finds what they wrote, but for five seconds at most; a hook that throws or hangs is logged and changes nothing.
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

export interface AppHooksOptions {
  hooks: Pick<Hooks, 'onConnect' | 'onDisconnect'>;
  log: Logger;
  /** Milliseconds that an answer waits for a hook. */
  patience?: number;
}

/**
 * Tells the app around this server what became of connections. It can neither undo that nor hold it up for long: a hook
 * that throws or hangs must not cost a person the connection that was just made. No method rejects.
 */
export class AppHooks {
  readonly #options: Required<AppHooksOptions>;

  constructor({ hooks, log, patience = 5_000 }: AppHooksOptions) {
    this.#options = { hooks, log, patience };
  }

  async connected(connections: readonly StoredConnection[]): Promise<void> {
    const { hooks } = this.#options;
    await Promise.all(
      connections.map((each) => this.#tell('onConnect', () => hooks.onConnect?.(eventOf(each)))),
    );
  }

  /** A connection ends once: of one that was revoked before, the app has heard. */
  async ended(connections: readonly StoredConnection[], reason: DisconnectReason): Promise<void> {
    const { hooks } = this.#options;
    const news = connections.filter(({ revokedAt }) => reason === 'revoked' || revokedAt === undefined);
    await Promise.all(
      news.map((each) =>
        this.#tell('onDisconnect', () => hooks.onDisconnect?.({ ...eventOf(each), reason })),
      ),
    );
  }

  async #tell(hook: keyof Hooks, call: () => void | Promise<void>): Promise<void> {
    const { log, patience } = this.#options;
    try {
      await withDeadline((async () => call())(), patience);
    } catch (error) {
      report(log, 'error', { event: 'hook_failed', hook, error });
    }
  }
}

function eventOf(connection: StoredConnection): ConnectEvent {
  return { user: connection.user, connection: publicConnection(connection) };
}

/** The id travels sealed in a cookie, which has room for about 4,000 bytes in all. */
const LONGEST_ID = 200;

/** Whether a connection is one of the person behind a request. */
export type Owns = (connection: Pick<StoredConnection, 'user'>) => boolean;

/**
 * The people of the app around this server, as its `getUser` tells them apart. A browser may be signed out as one and in
 * as another while its session here lives on: what one connected is nothing to the other.
 */
export class HostUsers {
  readonly #getUser: Hooks['getUser'];
  readonly #patience: number;

  /**
   * @param getUser Without it, everybody with the session is the same person.
   * @param patience Milliseconds that it may take.
   */
  constructor(getUser?: Hooks['getUser'], patience = 5_000) {
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
    throw new PublicError(401, 'access_denied', SIGN_IN);
  }

  /**
   * What a request may see and use. What was connected before there was a `getUser` belongs to nobody.
   * @throws PublicError 500 `internal` when `getUser` fails: never "nobody", and never "everybody".
   */
  async owner(request: IncomingMessage): Promise<Owns> {
    if (this.#getUser === undefined) return (connection) => connection.user === undefined;
    const user = await this.#ask(this.#getUser, request);
    return (connection) => user !== undefined && connection.user === user;
  }

  async #ask(getUser: NonNullable<Hooks['getUser']>, request: IncomingMessage): Promise<string | undefined> {
    const user = await withDeadline((async () => getUser(request))(), this.#patience).catch(unknownUser);
    if (user === undefined || user === null) return undefined;
    // A number or an object would be compared, or sealed, as something else than it was.
    if (typeof user === 'string' && user !== '' && user.length <= LONGEST_ID) return user;
    return unknownUser(new TypeError('getUser returned no id.'));
  }
}

const SIGN_IN =
  'Sign in to this site first, then press the connect button. Nothing was connected. (Site owners: getUser names nobody for this request. Mount the router after your session, and see "Pages of another site" in server/README.md.)';

function unknownUser(cause: unknown): never {
  throw new PublicError(
    500,
    'internal',
    `This site could not tell who is signed in. Try again in a moment. (Site owners: getUser has to return a string of 1 to ${LONGEST_ID} characters, or undefined, within five seconds.)`,
    { cause },
  );
}
