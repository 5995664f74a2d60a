import { type SessionData, Store } from 'express-session';
import type { Sessions } from './sessions.ts';
import type { StoredConnection } from './stored-connection.ts';

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
