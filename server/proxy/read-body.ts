import type { IncomingMessage, ServerResponse } from 'node:http';
import { isGone, onceGone } from '../http/client-socket.ts';
import { PublicError } from '../http/errors.ts';
import { BODY_BYTES, ByteBudget } from './byte-budget.ts';
import { type Client, overloaded } from './places.ts';
import type { Deadlines } from './relay.ts';
import { type BodyFraming, bodyTooLarge, LARGEST_BODY } from './upstream-request.ts';

/** What a body counts for at least, in bytes, so that the budget bounds the number of requests that send one, too. */
const LEAST = 8_192;

/** A body that was read whole. */
export interface ReadBody {
  bytes: Buffer;
  /** Gives its memory back. Call it once. */
  release: () => void;
}

/**
 * Reads the bodies of requests whole, before anything of Alpaca's is taken for them: a client that sends slowly keeps
 * nobody waiting but itself.
 */
export class BodyReader {
  readonly budget = new ByteBudget(BODY_BYTES);
  readonly #deadlines: Pick<Deadlines, 'clientBody' | 'drain'>;
  /** Each refuses a body that is still arriving. */
  readonly #arriving = new Set<(error: PublicError) => void>();
  #draining = false;

  constructor(deadlines: Pick<Deadlines, 'clientBody' | 'drain'>) {
    this.#deadlines = deadlines;
  }

  /**
   * Resolves to undefined when the client left.
   * @throws PublicError 408 `timeout`, 413 `body_too_large`, 503 `overloaded`
   */
  async read(
    framing: BodyFraming,
    client: Client,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<ReadBody | undefined> {
    if (isGone(response)) return undefined;
    const held = new HeldBody(this.budget, client);
    // Most come together with their head.
    const bytes = request.complete ? wholeBody(request) : undefined;
    try {
      if (bytes !== undefined) held.add(bytes);
      else if (!(await this.#arrive(held, request, response))) {
        held.release();
        return undefined;
      }
      if (framing.kind === 'sized' && held.length !== framing.length)
        throw new Error('A body was read in part.');
      return { bytes: held.bytes(), release: () => held.release() };
    } catch (error) {
      held.release();
      throw error;
    }
  }

  /** The server stops: bodies that are still arriving after a short while are refused, and nothing of them was sent. */
  drain(): void {
    this.#draining = true;
    const end = () => {
      for (const refuse of this.#arriving) refuse(stopping());
    };
    setTimeout(end, this.#deadlines.drain).unref();
  }

  /** Resolves to whether the body came whole; false when the client left. */
  #arrive(held: HeldBody, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        forget();
        this.#arriving.delete(refuse);
        request.off('data', onData).off('end', onEnd);
        // What is left of it goes nowhere. The answer says that the connection ends.
        if (!request.complete) request.resume();
      };
      const refuse = (error: unknown): void => {
        settle();
        reject(error);
      };
      const onData = (chunk: Buffer): void => {
        try {
          held.add(chunk);
        } catch (error) {
          refuse(error);
        }
      };
      const onEnd = (): void => {
        settle();
        resolve(true);
      };
      const { clientBody, drain } = this.#deadlines;
      const timer = this.#draining
        ? setTimeout(() => refuse(stopping()), Math.min(drain, clientBody))
        : setTimeout(() => refuse(bodyTooSlow(clientBody)), clientBody);
      const forget = onceGone(response, () => {
        settle();
        resolve(false);
      });
      this.#arriving.add(refuse);
      // The socket's end is heard above. Without a listener, this would end the process.
      request.on('error', () => {});
      request.on('data', onData).on('end', onEnd);
    });
  }
}

/** The pieces of a body, counted. */
class HeldBody {
  readonly #budget: ByteBudget;
  readonly #client: Client;
  readonly #pieces: Buffer[] = [];
  #counted = 0;
  length = 0;

  constructor(budget: ByteBudget, client: Client) {
    this.#budget = budget;
    this.#client = client;
    this.#take(LEAST);
  }

  /** @throws PublicError 413, 503 */
  add(piece: Buffer): void {
    this.length += piece.length;
    if (this.length > LARGEST_BODY) throw bodyTooLarge();
    if (this.length > this.#counted) this.#take(this.length - this.#counted);
    this.#pieces.push(piece);
  }

  bytes(): Buffer {
    const [only, ...more] = this.#pieces;
    return only !== undefined && more.length === 0 ? only : Buffer.concat(this.#pieces);
  }

  release(): void {
    this.#budget.give(this.#client, this.#counted);
    this.#counted = 0;
    this.#pieces.length = 0;
  }

  #take(bytes: number): void {
    if (!this.#budget.take(this.#client, bytes)) throw overloaded();
    this.#counted += bytes;
  }
}

/** All of a body whose last byte has arrived; undefined when a listener has to collect it. */
function wholeBody(request: IncomingMessage): Buffer | undefined {
  const bytes = request.read() as Buffer | null;
  if (bytes === null) return undefined;
  return request.readableLength === 0 ? bytes : undefined;
}

function bodyTooSlow(deadline: number): PublicError {
  return new PublicError(
    408,
    'timeout',
    `The body did not arrive within ${Math.round(deadline / 1_000)} seconds. Nothing was sent to Alpaca. Try again.`,
    { headers: { Connection: 'close' } },
  );
}

function stopping(): PublicError {
  return new PublicError(
    503,
    'overloaded',
    'This server is stopping, and the body did not arrive in time. Nothing was sent to Alpaca. Try again in a moment.',
    { headers: { 'Retry-After': '1', Connection: 'close' } },
  );
}
