import type { ServerResponse } from 'node:http';
import { hangUp, isGone, onceGone } from '../http/client-socket.ts';

/**
 * How a listener ended: the server ended it (`complete`), it left (`client_closed`), or it read too slowly
 * (`slow_reader`).
 */
export type ListenerEnding = 'complete' | 'client_closed' | 'slow_reader';

/**
 * Largest backlog of a listener, in bytes. More than a buffer holds, so that what a page missed always fits. The bytes are
 * shared with all the others who listen to the same stream, so that many slow readers cost little more than one.
 */
const LARGEST_BACKLOG = 1024 * 1024;

/** How long a client may take to read the end of its stream, in milliseconds. Then its line is cut. */
const FAREWELL = 500;

/** One page that listens: the answer that its events are written to. */
export class Listener {
  readonly #response: ServerResponse;
  #over = false;
  #resolve: (ending: ListenerEnding) => void = () => {};
  /** Resolves at once when the server ends it, and as soon as it is noticed when the client does. */
  readonly ended: Promise<ListenerEnding>;

  /** @param response Its headers are sent. */
  constructor(response: ServerResponse) {
    this.#response = response;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    // Node tells so of a write to a connection that has just broken. `close` follows.
    response.on('error', () => {});
    onceGone(response, () => this.#finish('client_closed'));
    if (isGone(response)) this.#finish('client_closed');
  }

  /** Writes to it, or cuts it off when it does not read: it can come back for what it missed. */
  send(bytes: Buffer): void {
    if (this.#over) return;
    if (this.#response.writableLength > LARGEST_BACKLOG) {
      this.#finish('slow_reader');
      hangUp(this.#response);
    } else {
      this.#response.write(bytes);
    }
  }

  /** Ends it cleanly, after what was sent before. */
  end(lastWords?: Buffer): void {
    if (this.#over) return;
    this.#finish('complete');
    const cut = setTimeout(() => hangUp(this.#response), FAREWELL);
    onceGone(this.#response, () => clearTimeout(cut));
    this.#response.end(lastWords);
  }

  #finish(ending: ListenerEnding): void {
    this.#over = true;
    this.#resolve(ending);
  }
}
