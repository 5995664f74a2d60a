import type { Logger } from 'pino';
import type { StreamEnd, StreamGap, StreamStatus } from '../contract.ts';
import type { PublicError } from '../http/errors.ts';
import { report } from '../http/log.ts';
import type { StoredConnection } from '../stored-connection.ts';
import type { ReceivedUpdate } from './alpaca-message.ts';
import type { OpenUpstream, StreamRefusal, UpstreamLoss } from './alpaca-socket.ts';
import {
  EventBuffer,
  eventName,
  HEARTBEAT,
  RETRY,
  type Subscriber,
  type SubscriberEnding,
  serverSentEvent,
} from './event-stream.ts';

interface ConnectionStreamOptions {
  connection: StoredConnection;
  /** The connection as it is when the upstream is opened again: its token may have been renewed. Never rejects. */
  latest: () => Promise<StoredConnection>;
  openUpstream: OpenUpstream;
  log: Logger;
  times: StreamTimes;
  /**
   * Called when Alpaca does not accept the token, with how many times in a row that was. It ends the stream, or resolves to
   * have the upstream opened again later. Never rejects.
   */
  onRefused: (refusal: StreamRefusal, inARow: number) => Promise<void>;
  /** Called when the stream has ended because it had no subscriber for `times.idleGrace`. */
  onIdle: () => void;
}

/** In milliseconds. */
export interface StreamTimes {
  /** Between two comments that keep the sockets of the pages alive. */
  heartbeat: number;
  /** How long the stream goes on without a subscriber, so that a page that reloads misses nothing. */
  idleGrace: number;
  /** The same after the server ended the last subscriber: its session is gone, or has a new id with which it comes back. */
  reconnectGrace: number;
  /** How long the upstream has to stay open before its loss counts as the first one again. */
  stableAfter: number;
}

export const STREAM_TIMES: StreamTimes = {
  heartbeat: 15_000,
  idleGrace: 30_000,
  reconnectGrace: 5_000,
  stableAfter: 60_000,
};

/** The trade updates of one connection: one upstream, a buffer of the latest events, and however many subscribers. */
export class ConnectionStream {
  readonly #options: ConnectionStreamOptions;
  readonly #subscribers = new Set<Subscriber>();
  /** Those that missed updates which the buffer no longer has. They are told once Alpaca's updates arrive. */
  readonly #missedUpdates = new Set<Subscriber>();
  readonly #buffer = new EventBuffer();
  readonly #backoff = new Backoff();
  readonly #heartbeat: NodeJS.Timeout;
  #upstream: { close(): void } | undefined;
  #status: StreamStatus = { state: 'connecting' };
  /** By `performance.now()`; undefined while the upstream was never open. */
  #openedAt: number | undefined;
  /** How often in a row Alpaca did not accept the token. */
  #refusals = 0;
  #retryTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** Opens the upstream at once. */
  constructor(options: ConnectionStreamOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#broadcast(HEARTBEAT), options.times.heartbeat);
    this.#open(options.connection);
  }

  /**
   * Adds a subscriber. It is told the status first and then what it missed.
   * @param lastEventId The last event of a page that comes back, as it sent it. A new page has none.
   */
  add(subscriber: Subscriber, lastEventId: string | undefined): void {
    clearTimeout(this.#idleTimer);
    this.#subscribers.add(subscriber);
    void subscriber.ended.then((ending) => this.#remove(subscriber, ending));
    subscriber.send(RETRY);
    // A new page gets an id with the status: it may have to come back before there was an event.
    const id = lastEventId === undefined ? { id: this.#buffer.lastId } : {};
    subscriber.send(serverSentEvent({ ...id, ...statusEvent(this.#status) }));
    if (lastEventId !== undefined) this.#catchUp(subscriber, lastEventId);
  }

  /** Ends every subscriber and the upstream. With an error, the pages are told it, and do not come back. */
  end(error?: PublicError): void {
    this.#isOver = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#idleTimer);
    this.#upstream?.close();
    const finalEvent = error && endEvent(error);
    for (const subscriber of this.#subscribers) subscriber.end(finalEvent);
  }

  #catchUp(subscriber: Subscriber, lastEventId: string): void {
    const missed = this.#buffer.after(lastEventId);
    if (missed !== undefined) {
      for (const bytes of missed) subscriber.send(bytes);
    } else {
      this.#missedUpdates.add(subscriber);
      if (this.#status.state === 'open') this.#sendGaps();
    }
  }

  /** A gap makes a page ask for its orders. Asked before updates arrive, their answer would leave a hole. */
  #sendGaps(): void {
    const data = JSON.stringify({ reason: 'buffer' } satisfies StreamGap);
    const bytes = serverSentEvent({ id: this.#buffer.lastId, event: 'gap', data });
    for (const subscriber of this.#missedUpdates) subscriber.send(bytes);
    this.#missedUpdates.clear();
  }

  #remove(subscriber: Subscriber, ending: SubscriberEnding): void {
    this.#subscribers.delete(subscriber);
    this.#missedUpdates.delete(subscriber);
    if (this.#subscribers.size > 0 || this.#isOver) return;
    const { idleGrace, reconnectGrace } = this.#options.times;
    this.#idleTimer = setTimeout(
      () => {
        this.end();
        this.#options.onIdle();
      },
      ending === 'complete' ? reconnectGrace : idleGrace,
    );
  }

  #open(connection: StoredConnection): void {
    this.#upstream = this.#options.openUpstream(connection, {
      onOpen: () => this.#onOpen(),
      onUpdate: (update) => this.#onUpdate(update),
      onRefused: (refusal) => void this.#onRefused(refusal),
      onLost: (reason) => this.#openLater(reason),
    });
  }

  #onOpen(): void {
    this.#refusals = 0;
    const again = this.#openedAt !== undefined;
    this.#openedAt = performance.now();
    this.#setStatus({ state: 'open' });
    if (again) {
      // Alpaca does not repeat what it sent meanwhile. Kept with the events, for a page that is away just now.
      const data = JSON.stringify({ reason: 'upstream' } satisfies StreamGap);
      this.#broadcast(this.#buffer.append('gap', data));
      this.#missedUpdates.clear();
    } else {
      this.#sendGaps();
    }
  }

  #onUpdate({ event, data }: ReceivedUpdate): void {
    this.#broadcast(this.#buffer.append(eventName(event), data));
  }

  async #onRefused(refusal: StreamRefusal): Promise<void> {
    this.#refusals += 1;
    await this.#options.onRefused(refusal, this.#refusals);
    if (!this.#isOver) this.#openLater('refused');
  }

  /** The back-off starts again after an upstream that was stable, not after one that opens and breaks at once. */
  #openLater(reason: UpstreamLoss | 'refused'): void {
    const { connection, log, times } = this.#options;
    const openFor = this.#status.state === 'open' ? performance.now() - (this.#openedAt ?? 0) : 0;
    if (openFor > times.stableAfter) this.#backoff.reset();
    const retryIn = this.#backoff.next();
    report(log, 'warn', { event: 'stream_lost', environment: connection.environment, reason, retryIn });
    this.#setStatus({ state: 'retrying', retryIn });
    this.#retryTimer = setTimeout(() => void this.#reopen(), retryIn);
  }

  async #reopen(): Promise<void> {
    this.#setStatus({ state: 'connecting' });
    const { connection, latest } = this.#options;
    const now = connection.renewal === undefined ? connection : await latest();
    if (!this.#isOver) this.#open(now);
  }

  #setStatus(status: StreamStatus): void {
    this.#status = status;
    this.#broadcast(serverSentEvent(statusEvent(status)));
  }

  #broadcast(bytes: Buffer): void {
    for (const subscriber of this.#subscribers) subscriber.send(bytes);
  }
}

function statusEvent(status: StreamStatus): { event: string; data: string } {
  return { event: 'status', data: JSON.stringify(status) };
}

function endEvent({ code, message }: PublicError): Buffer {
  const data = JSON.stringify({ code, message } satisfies StreamEnd);
  return serverSentEvent({ event: 'end', data });
}

/** In milliseconds. */
const SHORTEST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, up to half a minute, and always
 * between half of that and all of it at random, so that the streams of a server do not return to Alpaca in step.
 */
export class Backoff {
  readonly #random: () => number;
  #limit = SHORTEST_WAIT;

  /** @param random From 0 up to and without 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  next(): number {
    const wait = this.#limit * (0.5 + this.#random() / 2);
    this.#limit = Math.min(2 * this.#limit, LONGEST_WAIT);
    return Math.round(wait);
  }

  /** Begins with the shortest wait again. */
  reset(): void {
    this.#limit = SHORTEST_WAIT;
  }
}
