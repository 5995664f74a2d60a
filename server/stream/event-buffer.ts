import { randomBytes } from 'node:crypto';
import { serverSentEvent } from './server-sent-event.ts';

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
