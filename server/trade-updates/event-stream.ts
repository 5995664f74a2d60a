import { randomBytes } from 'node:crypto';
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

export interface ServerSentEvent {
  /** What the page sends back as `Last-Event-ID`. Without it, the page keeps the id that it has. */
  id?: string;
  event: string;
  /** One line. */
  data: string;
}

/** The bytes of an event (WHATWG HTML section 9.2.6). Made once, and written to every listener. */
export function serverSentEvent({ id, event, data }: ServerSentEvent): Buffer {
  const name = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`${name}event: ${event}\ndata: ${data}\n\n`);
}

/** A comment, which only says that the line is alive. */
export const HEARTBEAT = Buffer.from(':\n\n');

/** How long an `EventSource` waits before it connects again. The widget has a back-off of its own, which is never shorter. */
export const RETRY = Buffer.from('retry: 1000\n\n');

const OURS: ReadonlySet<string> = new Set(['status', 'gap', 'end']);

/** Alpaca's name of an event, unless it could not be told from ours or is no name: then `message`. */
export function eventName(alpacas: string): string {
  return /^[a-z_]{1,40}$/.test(alpacas) && !OURS.has(alpacas) ? alpacas : 'message';
}

export interface BufferLimits {
  events: number;
  bytes: number;
}

/** An update has about 2,000 bytes, so that both limits come to the same. */
const LIMITS: BufferLimits = { events: 256, bytes: 512 * 1024 };

/** `<epoch>-<number>`. */
const ID = /^([0-9a-f]{16})-(0|[1-9]\d{0,14})$/;

/** The latest events of a stream, so that a listener who was away for a moment misses none. */
export class EventBuffer {
  /** Random, so that the ids of a stream that is no more, or of another server, are never taken for this one's. */
  readonly #epoch = randomBytes(8).toString('hex');
  readonly #limits: BufferLimits;
  readonly #events: Buffer[] = [];
  #bytes = 0;
  /** The number of the latest event. */
  #latest = 0;

  constructor(limits: BufferLimits = LIMITS) {
    this.#limits = limits;
  }

  /** The id of the latest event. A listener who knows it has missed nothing. */
  get lastId(): string {
    return this.#idOf(this.#latest);
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

  #idOf(number: number): string {
    return `${this.#epoch}-${number}`;
  }
}
