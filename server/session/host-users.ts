import type { IncomingMessage } from 'node:http';
import { PublicError } from '../errors/public-error.ts';
import type { Hooks } from '../hooks.ts';
import type { StoredConnection } from './stored-connection.ts';
import { withDeadline } from './with-deadline.ts';

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
