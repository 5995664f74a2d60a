import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { PublicError } from '../http/errors.ts';
import { report } from '../http/log.ts';

/** Somebody who listens: a `Listener`, or the answer of an event stream that is passed through. */
export interface Watched {
  /** Resolves when it is over. */
  readonly ended: Promise<unknown>;
  end(): void;
}

export interface SessionWatchOptions {
  /**
   * Judges the session as for a new request.
   * @throws PublicError
   */
  judge: () => Promise<void>;
  /** Called once, when the last listener is gone. From then on nobody is watched over. */
  onOver: () => void;
  log: Logger;
  times: WatchTimes;
}

/** In milliseconds. */
export interface WatchTimes {
  /** Between two looks. Less than a second, so that with the look itself the end comes within one (backend.md W3). */
  look: number;
  /** How long listeners stay while nobody can say whether they may. Then they are ended: the server fails closed. */
  patience: number;
}

export const WATCH_TIMES: WatchTimes = { look: 900, patience: 5_000 };

/**
 * Keeps asking whether one session may still listen to one connection, and ends its listeners once it may not: another
 * server may have ended it, or its time is over. However many listeners a session has, they share a watch.
 *
 * They are ended without a last word. A session that is gone may have got a new id, because the person connected another
 * account; the page then comes back with the new cookie and misses nothing. If it is gone for good, the page is refused.
 */
export class SessionWatch {
  readonly #options: SessionWatchOptions;
  readonly #listeners = new Set<Watched>();
  #confirmedAt = performance.now();

  constructor(options: SessionWatchOptions) {
    this.#options = options;
  }

  /** Watches over this listener, too. */
  add(listener: Watched): void {
    this.#listeners.add(listener);
    void listener.ended.then(() => this.#listeners.delete(listener));
  }

  /** Looks until the last listener is gone. Never rejects. */
  async run(): Promise<void> {
    const { times, onOver } = this.#options;
    do {
      await sleep(times.look, undefined, { ref: false });
    } while (this.#listeners.size > 0 && (await this.#mayListen()));
    // Nothing is awaited between the last look and this: nobody can be added to a watch that has ended.
    onOver();
    for (const listener of this.#listeners) listener.end();
  }

  async #mayListen(): Promise<boolean> {
    try {
      await this.#options.judge();
      this.#confirmedAt = performance.now();
      return true;
    } catch (error) {
      if (error instanceof PublicError && error.status < 500) return false;
      report(this.#options.log, 'warn', { event: 'stream_session_unknown', error });
      return performance.now() - this.#confirmedAt < this.#options.times.patience;
    }
  }
}
