import type { IncomingMessage } from 'node:http';
import type { Connection } from './contract.ts';

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
