import type { Logger } from 'pino';
import type { StreamEnd, StreamGap, StreamStatus } from '../contract.ts';
import type { PublicError } from '../http/errors.ts';
import { report } from '../http/log.ts';
import type { StoredConnection } from '../stored-connection.ts';
import type { HeardUpdate, OpenUpstream, StreamRefusal, Upstream, UpstreamLoss } from './alpaca-socket.ts';
import {
  EventBuffer,
  eventName,
  HEARTBEAT,
  type Listener,
  type ListenerEnding,
  RETRY,
  serverSentEvent,
} from './event-stream.ts';

export interface StreamHubOptions {
  connection: StoredConnection;
  openUpstream: OpenUpstream;
  log: Logger;
  times: HubTimes;
  /**
   * Called when Alpaca does not accept the token, with how many times in a row that was. It ends the hub, or resolves to
   * have the stream opened again later. Never rejects.
   */
  onRefused: (refusal: StreamRefusal, inARow: number) => Promise<void>;
  /** Called when nobody has listened for `times.linger`, and the hub has ended. */
  onIdle: () => void;
}

/** In milliseconds. */
export interface HubTimes {
  /** Between two comments that keep the lines to the pages alive. */
  heartbeat: number;
  /** How long the hub goes on without a listener, so that a page that reloads misses nothing. */
  linger: number;
  /** The same after the server ended the last listener: its session is gone, or has a new id with which it comes back. */
  comeback: number;
  /** How long the upstream has to hold before it counts as sound, and a loss as the first one. */
  sound: number;
}

export const HUB_TIMES: HubTimes = { heartbeat: 15_000, linger: 30_000, comeback: 5_000, sound: 60_000 };

/** One connection's trade updates: one upstream, a buffer of the latest events, and however many listeners. */
export class StreamHub {
  readonly #options: StreamHubOptions;
  readonly #buffer = new EventBuffer();
  readonly #backoff = new Backoff();
  readonly #listeners = new Set<Listener>();
  /** Those who have missed something, and are told once it is of use to ask Alpaca: when updates arrive again. */
  readonly #owedGap = new Set<Listener>();
  readonly #heartbeat: NodeJS.Timeout;
  #upstream: Upstream | undefined;
  #status: StreamStatus = { state: 'connecting' };
  /** By `performance.now()`; undefined while the upstream was never open. */
  #openedAt: number | undefined;
  /** How often in a row Alpaca did not accept the token. */
  #refusals = 0;
  #retry: NodeJS.Timeout | undefined;
  #leaving: NodeJS.Timeout | undefined;
  #over = false;

  /** Opens the upstream at once. */
  constructor(options: StreamHubOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#broadcast(HEARTBEAT), options.times.heartbeat);
    this.#open();
  }

  /**
   * Adds a listener, which is told the status first and then what it missed.
   * @param lastEventId What a page that comes back knows, as it sent it. A page that comes anew has none.
   */
  join(listener: Listener, lastEventId: string | undefined): void {
    clearTimeout(this.#leaving);
    this.#listeners.add(listener);
    void listener.ended.then((ending) => this.#leave(listener, ending));
    listener.send(RETRY);
    // A page that comes anew is told where it stands: it may have to come back before there was an event.
    const place = lastEventId === undefined ? { id: this.#buffer.lastId } : {};
    listener.send(serverSentEvent({ ...place, ...statusEvent(this.#status) }));
    if (lastEventId !== undefined) this.#catchUp(listener, lastEventId);
  }

  /** Ends every listener and the upstream. With an error, the listeners are told that it is of no use to come back. */
  end(error?: PublicError): void {
    this.#over = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retry);
    clearTimeout(this.#leaving);
    this.#upstream?.close();
    const lastWords = error && endEvent(error);
    for (const listener of this.#listeners) listener.end(lastWords);
  }

  #catchUp(listener: Listener, lastEventId: string): void {
    const missed = this.#buffer.after(lastEventId);
    if (missed !== undefined) {
      for (const bytes of missed) listener.send(bytes);
    } else {
      this.#owedGap.add(listener);
      if (this.#status.state === 'open') this.#payGaps();
    }
  }

  #leave(listener: Listener, ending: ListenerEnding): void {
    this.#listeners.delete(listener);
    this.#owedGap.delete(listener);
    if (this.#listeners.size > 0 || this.#over) return;
    const { linger, comeback } = this.#options.times;
    this.#leaving = setTimeout(
      () => {
        this.end();
        this.#options.onIdle();
      },
      ending === 'complete' ? comeback : linger,
    );
  }

  #open(): void {
    this.#upstream = this.#options.openUpstream(this.#options.connection, {
      opened: () => this.#onOpened(),
      heard: (update) => this.#onHeard(update),
      refused: (refusal) => void this.#onRefused(refusal),
      lost: (reason) => this.#onLost(reason),
    });
  }

  async #onRefused(refusal: StreamRefusal): Promise<void> {
    this.#refusals += 1;
    await this.#options.onRefused(refusal, this.#refusals);
    if (!this.#over) this.#onLost('refused');
  }

  #onOpened(): void {
    this.#refusals = 0;
    const again = this.#openedAt !== undefined;
    this.#openedAt = performance.now();
    this.#setStatus({ state: 'open' });
    if (again) {
      // Alpaca does not repeat what nobody heard. Kept with the events, for a page that is away just now.
      this.#broadcast(this.#buffer.append('gap', JSON.stringify({ reason: 'upstream' } satisfies StreamGap)));
      this.#owedGap.clear();
    } else {
      this.#payGaps();
    }
  }

  #payGaps(): void {
    const data = JSON.stringify({ reason: 'buffer' } satisfies StreamGap);
    const bytes = serverSentEvent({ id: this.#buffer.lastId, event: 'gap', data });
    for (const listener of this.#owedGap) listener.send(bytes);
    this.#owedGap.clear();
  }

  #onHeard({ event, data }: HeardUpdate): void {
    this.#broadcast(this.#buffer.append(eventName(event), data));
  }

  #onLost(reason: UpstreamLoss): void {
    const { connection, log, times } = this.#options;
    const held = this.#status.state === 'open' ? performance.now() - (this.#openedAt ?? 0) : 0;
    if (held > times.sound) this.#backoff.reset();
    const retryIn = this.#backoff.next();
    report(log, 'warn', { event: 'stream_lost', environment: connection.environment, reason, retryIn });
    this.#setStatus({ state: 'retrying', retryIn });
    this.#retry = setTimeout(() => {
      this.#setStatus({ state: 'connecting' });
      this.#open();
    }, retryIn);
  }

  #setStatus(status: StreamStatus): void {
    this.#status = status;
    this.#broadcast(serverSentEvent(statusEvent(status)));
  }

  #broadcast(bytes: Buffer): void {
    for (const listener of this.#listeners) listener.send(bytes);
  }
}

function statusEvent(status: StreamStatus): { event: string; data: string } {
  return { event: 'status', data: JSON.stringify(status) };
}

function endEvent({ code, message }: PublicError): Buffer {
  const data = JSON.stringify({ code, message } satisfies StreamEnd);
  return serverSentEvent({ event: 'end', data });
}

const FIRST = 1_000;
const LONGEST = 30_000;

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, up to half a minute, and always
 * between half of that and all of it at random, so that the streams of a server do not return to Alpaca in step.
 */
export class Backoff {
  readonly #random: () => number;
  #limit = FIRST;

  /** @param random From 0 up to and without 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  next(): number {
    const wait = this.#limit * (0.5 + this.#random() / 2);
    this.#limit = Math.min(2 * this.#limit, LONGEST);
    return Math.round(wait);
  }

  /** Begins with the shortest wait again. */
  reset(): void {
    this.#limit = FIRST;
  }
}
