import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { PublicError } from '../http/errors.ts';
import { report } from '../http/log.ts';

interface SessionWatchOptions {
  /**
   * Checks session and connection as for a new request.
   * @throws PublicError
   */
  assertMayListen: () => Promise<void>;
  /** Called once, when the last stream has ended. This watch takes no stream after that. */
  onEnded: () => void;
  log: Logger;
  times: WatchTimes;
}

/** In milliseconds. */
export interface WatchTimes {
  /** Between two checks. With the 250 ms that a session may be old, a stream ends within one second of its session. */
  checkInterval: number;
  /** How long streams stay open while the store cannot say whether they may. Then they end: the server fails closed. */
  outageGrace: number;
}

export const WATCH_TIMES: WatchTimes = { checkInterval: 700, outageGrace: 5_000 };

/** A stream of trade updates to one page, or an event stream of Alpaca that the proxy passes on. */
interface WatchedStream {
  /** Resolves when the stream has ended. */
  readonly ended: Promise<unknown>;
  end(): void;
}

/**
 * Checks again and again whether one session may still listen to one connection, and ends its streams once it may not:
 * another server may have ended the session, or it has timed out. All streams of a session share one watch.
 *
 * The streams end without an event that says why. The session may only have got a new id, because the person connected
 * another account: the page then comes back with the new cookie and misses nothing. If it ended, the page is refused.
 */
export class SessionWatch {
  readonly #options: SessionWatchOptions;
  readonly #streams = new Set<WatchedStream>();
  #confirmedAt = performance.now();

  constructor(options: SessionWatchOptions) {
    this.#options = options;
  }

  /** Watches this stream, too. */
  add(stream: WatchedStream): void {
    this.#streams.add(stream);
    void stream.ended.then(() => this.#streams.delete(stream));
  }

  /** Checks until the last stream has ended. Never rejects. */
  async run(): Promise<void> {
    const { times, onEnded } = this.#options;
    do {
      await sleep(times.checkInterval, undefined, { ref: false });
    } while (this.#streams.size > 0 && (await this.#mayListen()));
    // Nothing is awaited between the last check and this, so no stream can be added to a watch that has ended.
    onEnded();
    for (const stream of this.#streams) stream.end();
  }

  async #mayListen(): Promise<boolean> {
    try {
      await this.#options.assertMayListen();
      this.#confirmedAt = performance.now();
      return true;
    } catch (error) {
      if (error instanceof PublicError && error.status < 500) return false;
      report(this.#options.log, 'warn', { event: 'stream_session_unknown', error });
      return performance.now() - this.#confirmedAt < this.#options.times.outageGrace;
    }
  }
}
