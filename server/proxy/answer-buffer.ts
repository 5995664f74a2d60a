import type { ServerResponse } from 'node:http';
import { ANSWER_BYTES, ByteBudget } from './byte-budget.ts';
import type { Client } from './places.ts';
import type { Deadlines } from './relay.ts';

/** How much is kept of one answer for a client that reads more slowly than Alpaca sends, in bytes. */
const LARGEST_BUFFER = 1024 * 1024;

/** How fast a client has to read once the buffer is full or Alpaca is done, in bytes a second. */
const LEAST_RATE = 16 * 1024;

/** How many answers may make Alpaca wait at once, because they do not fit: of one person, of one address, of all together. */
const MOST_HELD = { person: 4, address: 16, total: 48 };

/** What a buffer asks of the call whose answer it keeps. */
export interface BufferedCall {
  pause(): void;
  resume(): void;
  /** After `end()`, everything has been written to the client. */
  done(): void;
  /** The client reads too slowly: the call has to end its answer and `close()` the buffer. */
  cut(): void;
}

/** The answers whose clients read more slowly than Alpaca sends, and what they may take together. */
export class AnswerBuffers {
  readonly budget = new ByteBudget(ANSWER_BYTES);
  readonly #deadlines: Pick<Deadlines, 'clientRead' | 'drain'>;
  readonly #open = new Set<AnswerBuffer>();
  /** Those that make Alpaca wait, the longest first. */
  readonly #held = new Set<AnswerBuffer>();
  #draining = false;

  constructor(deadlines: Pick<Deadlines, 'clientRead' | 'drain'>) {
    this.#deadlines = deadlines;
  }

  /** For an answer that its client does not read fast enough: `response.write()` has just returned false. */
  open(response: ServerResponse, client: Client, call: BufferedCall): AnswerBuffer {
    const buffer = new AnswerBuffer(this, response, client, call);
    this.#open.add(buffer);
    return buffer;
  }

  /** The server stops: clients that have not read the rest of their answers after a short while are cut off. */
  drain(): void {
    this.#draining = true;
    const end = () => {
      for (const buffer of this.#open) if (buffer.isAwaited) buffer.cut();
    };
    setTimeout(end, this.#deadlines.drain).unref();
  }

  /** @internal Notes that an answer makes Alpaca wait. If that is one too many, the one that has done so longest is cut. */
  hold(buffer: AnswerBuffer): void {
    this.#held.add(buffer);
    const { person, address } = buffer.client;
    const held = [...this.#held];
    this.#cutOneOf(
      held.filter(({ client }) => client.person === person),
      MOST_HELD.person,
    );
    this.#cutOneOf(
      held.filter(({ client }) => client.address === address),
      MOST_HELD.address,
    );
    this.#cutOneOf(held, MOST_HELD.total);
  }

  /** @internal */
  letGo(buffer: AnswerBuffer): void {
    this.#held.delete(buffer);
  }

  /** @internal */
  forget(buffer: AnswerBuffer): void {
    this.#held.delete(buffer);
    this.#open.delete(buffer);
  }

  /** @internal How many milliseconds a client has to read its share, and whether it is cut then in any case. */
  get look(): { every: number; last: boolean } {
    const { clientRead, drain } = this.#deadlines;
    return this.#draining ? { every: drain, last: true } : { every: clientRead, last: false };
  }

  #cutOneOf(held: AnswerBuffer[], most: number): void {
    const left = held.filter((buffer) => this.#held.has(buffer));
    if (left.length > most) left[0]?.cut();
  }
}

/**
 * Keeps what a client has not read yet, so that Alpaca can send at its own speed and the socket to it is free again. When
 * the buffer is full, Alpaca has to wait. From then on, and once Alpaca is done, the client has to read at a least rate.
 */
export class AnswerBuffer {
  readonly client: Client;
  readonly #buffers: AnswerBuffers;
  readonly #response: ServerResponse;
  readonly #call: BufferedCall;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  /** How many of them were taken from the budget. */
  #counted = 0;
  #isBlocked = true;
  #isHeld = false;
  #hasEnded = false;
  #handedOn = 0;
  #watch: NodeJS.Timeout | undefined;

  constructor(buffers: AnswerBuffers, response: ServerResponse, client: Client, call: BufferedCall) {
    this.#buffers = buffers;
    this.#response = response;
    this.client = client;
    this.#call = call;
    response.on('drain', this.#onDrain);
  }

  /** Whether the call waits for nothing but the client. */
  get isAwaited(): boolean {
    return this.#isHeld || this.#hasEnded;
  }

  add(piece: Buffer): void {
    if (!this.#isBlocked) {
      this.#isBlocked = !this.#response.write(piece);
      return;
    }
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const fits = this.#bytes <= LARGEST_BUFFER && this.#buffers.budget.take(this.client, piece.length);
    if (fits) this.#counted += piece.length;
    else if (!this.#isHeld) this.#hold();
  }

  /** Alpaca has sent everything. */
  end(): void {
    if (this.#isHeld) {
      this.#isHeld = false;
      this.#buffers.letGo(this);
    }
    this.#hasEnded = true;
    if (this.#pieces.length === 0) this.#call.done();
    else this.#watchClient();
  }

  cut(): void {
    this.#call.cut();
  }

  /** Drops what is left. Safe to call twice. */
  close(): void {
    clearInterval(this.#watch);
    this.#response.off('drain', this.#onDrain);
    this.#buffers.budget.give(this.client, this.#counted);
    this.#counted = 0;
    this.#pieces.length = 0;
    this.#buffers.forget(this);
  }

  #hold(): void {
    this.#isHeld = true;
    this.#call.pause();
    this.#watchClient();
    this.#buffers.hold(this);
  }

  readonly #onDrain = (): void => {
    this.#isBlocked = false;
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) {
      this.#handOn(piece);
      if (this.#isBlocked) break;
    }
    if (this.#hasEnded) {
      if (this.#pieces.length === 0) this.#call.done();
    } else if (this.#isHeld && this.#bytes <= LARGEST_BUFFER / 2) {
      this.#isHeld = false;
      this.#buffers.letGo(this);
      clearInterval(this.#watch);
      this.#watch = undefined;
      this.#call.resume();
    }
  };

  #handOn(piece: Buffer): void {
    const given = Math.min(this.#counted, piece.length);
    this.#buffers.budget.give(this.client, given);
    this.#counted -= given;
    this.#bytes -= piece.length;
    this.#handedOn += piece.length;
    this.#isBlocked = !this.#response.write(piece);
  }

  #watchClient(): void {
    if (this.#watch !== undefined) return;
    const { every, last } = this.#buffers.look;
    let before = this.#handedOn;
    this.#watch = setInterval(() => {
      const read = this.#handedOn - before;
      before = this.#handedOn;
      if (last || read < (LEAST_RATE * every) / 1_000) this.cut();
    }, every);
  }
}
