import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { hangUp, isGone, onceGone } from '../http/client-socket.ts';

/**
 * How a subscriber ended: the server ended it (`complete`), it left (`client_closed`), or it read too slowly
 * (`slow_reader`).
 */
export type SubscriberEnding = 'complete' | 'client_closed' | 'slow_reader';

/**
 * Largest backlog of a subscriber, in bytes. More than a buffer holds, so that what a page missed always fits. The bytes are
 * shared with all other subscribers of the same stream, so that many slow readers cost little more than one.
 */
const LARGEST_BACKLOG = 1024 * 1024;

/** How long a client may take to read the end of its stream, in milliseconds. Then its socket is cut. */
const CLOSE_TIMEOUT = 500;

/** One page that subscribed: the answer that its events are written to. */
export class Subscriber {
  readonly #response: ServerResponse;
  #isOver = false;
  #resolve: (ending: SubscriberEnding) => void = () => {};
  /** Resolves at once when the server ends it, and as soon as it is noticed when the client does. */
  readonly ended: Promise<SubscriberEnding>;

  /** @param response Its headers are sent. */
  constructor(response: ServerResponse) {
    this.#response = response;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    // Node reports a write to a socket that has just broken. `close` follows.
    response.on('error', () => {});
    onceGone(response, () => this.#finish('client_closed'));
    if (isGone(response)) this.#finish('client_closed');
  }

  /** Writes to it, or cuts it off when it does not read: it can come back for what it missed. */
  send(bytes: Buffer): void {
    if (this.#isOver) return;
    if (this.#response.writableLength > LARGEST_BACKLOG) {
      this.#finish('slow_reader');
      hangUp(this.#response);
    } else {
      this.#response.write(bytes);
    }
  }

  /** Ends it cleanly, after what was sent before. */
  end(finalEvent?: Buffer): void {
    if (this.#isOver) return;
    this.#finish('complete');
    const cut = setTimeout(() => hangUp(this.#response), CLOSE_TIMEOUT);
    onceGone(this.#response, () => clearTimeout(cut));
    this.#response.end(finalEvent);
  }

  #finish(ending: SubscriberEnding): void {
    this.#isOver = true;
    this.#resolve(ending);
  }
}

interface ServerSentEvent {
  /** What the page sends back as `Last-Event-ID`. Without it, the page keeps the id that it has. */
  id?: string;
  event: string;
  /** One line. */
  data: string;
}

/** The bytes of an event (WHATWG HTML section 9.2.6). Made once, and written to every subscriber. */
export function serverSentEvent({ id, event, data }: ServerSentEvent): Buffer {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`${idLine}event: ${event}\ndata: ${data}\n\n`);
}

/** A comment, which keeps an idle socket from being closed by what stands in between. */
export const HEARTBEAT = Buffer.from(':\n\n');

/** How long an `EventSource` waits before it connects again. The widget has a back-off of its own, which is never shorter. */
export const RETRY = Buffer.from('retry: 1000\n\n');

const OWN_EVENTS: ReadonlySet<string> = new Set(['status', 'gap', 'end']);

/** Alpaca's name of an event, unless it is no plain name or one of this server's own events: then `message`. */
export function eventName(name: string): string {
  return /^[a-z_]{1,40}$/.test(name) && !OWN_EVENTS.has(name) ? name : 'message';
}

interface BufferLimits {
  events: number;
  bytes: number;
}

/** An update has about 2,000 bytes, so that both limits come to the same. */
const LIMITS: BufferLimits = { events: 256, bytes: 512 * 1024 };

/** `<epoch>-<number>`. */
const ID = /^([0-9a-f]{16})-(0|[1-9]\d{0,14})$/;

/** The latest events of a stream, so that a subscriber who was away for a moment misses none. */
export class EventBuffer {
  /** Random, so that an id of a stream that is no more, or of another server, never matches this one's. */
  readonly #epoch = randomBytes(8).toString('hex');
  readonly #limits: BufferLimits;
  readonly #events: Buffer[] = [];
  #bytes = 0;
  /** The number of the latest event. */
  #latest = 0;

  constructor(limits: BufferLimits = LIMITS) {
    this.#limits = limits;
  }

  /** The id of the latest event. A subscriber who knows it has missed nothing. */
  get lastId(): string {
    return `${this.#epoch}-${this.#latest}`;
  }

  /** Gives the event the next id and keeps it, in place of the oldest ones. Returns its bytes. */
  append(event: string, data: string): Buffer {
    this.#latest += 1;
    const bytes = serverSentEvent({ id: this.lastId, event, data });
    this.#events.push(bytes);
    this.#bytes += bytes.length;
    while (this.#events.length > this.#limits.events || this.#bytes > this.#limits.bytes) {
      this.#bytes -= this.#events.shift()?.length ?? 0;
    }
    return bytes;
  }

  /** The events after this id, or undefined when they are not all here, or the id is none of this stream. */
  after(id: string): Buffer[] | undefined {
    const [, epoch, number] = ID.exec(id) ?? [];
    if (epoch !== this.#epoch) return undefined;
    const missed = this.#latest - Number(number);
    if (missed < 0 || missed > this.#events.length) return undefined;
    return this.#events.slice(this.#events.length - missed);
  }
}
