import type { IncomingMessage, ServerResponse } from 'node:http';
import { isGone, onceGone } from '../http/client-socket.ts';
import { PublicError } from '../http/errors.ts';
import { BODY_BYTES, ByteBudget } from './byte-budget.ts';
import { type Client, overloaded } from './places.ts';
import type { Deadlines } from './relay.ts';
import { isJsonType } from './upstream-request.ts';

/** How the body of a request is delimited. `sized` knows its length in bytes. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'sized'; readonly length: number }
  | { readonly kind: 'chunked' };

/** Largest body of a proxied request, in bytes. Alpaca's own are a few hundred. */
export const LARGEST_BODY = 1024 * 1024;

const NONE: BodyFraming = { kind: 'none' };
const CHUNKED: BodyFraming = { kind: 'chunked' };
const BODYLESS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Reads from the headers how a request delimits its body. Where this server and Alpaca's front read that differently, the
 * rest of a body becomes somebody's next request (RFC 9112 section 11.2), so only the plain forms pass.
 *
 * @throws PublicError 400 or 415 `bad_request`, 413 `body_too_large`
 */
export function parseBodyFraming(request: IncomingMessage): BodyFraming {
  const { 'transfer-encoding': transfer, 'content-length': length } = request.headers;
  if (transfer === undefined && (length === undefined || length === '0')) return NONE;
  if (BODYLESS.has(request.method as string)) throw badFraming('A GET or HEAD request must not have a body.');
  assertJson(request);
  if (transfer !== undefined) return parseChunked(request, transfer);
  if (!/^\d{1,15}$/.test(length as string)) throw badFraming('Content-Length must be a plain number.');
  if (Number(length) > LARGEST_BODY) throw bodyTooLarge();
  return { kind: 'sized', length: Number(length) };
}

function parseChunked(request: IncomingMessage, transfer: string): BodyFraming {
  // Node takes `xchunked` for a body of unknown length and still calls the handler.
  if (transfer !== 'chunked' || request.headers['content-length'] !== undefined) {
    throw badFraming('Send the body with a Content-Length, or with "Transfer-Encoding: chunked" alone.');
  }
  // Chunked DELETE is what smuggled requests through http-proxy (CVE-2026-29057).
  if (request.method === 'DELETE') throw badFraming('The body of a DELETE needs a Content-Length.');
  return CHUNKED;
}

function assertJson({ headers }: IncomingMessage): void {
  if (isJsonType(headers['content-type']) && headers['content-encoding'] === undefined) return;
  throw new PublicError(
    415,
    'bad_request',
    'Send the body as "Content-Type: application/json", without Content-Encoding.',
  );
}

function badFraming(message: string): PublicError {
  return new PublicError(400, 'bad_request', message);
}

/** A body counts for at least so many bytes, so that the budget also bounds how many bodies arrive at once. */
const LEAST_COUNTED = 8_192;

/** A body that was read whole. */
interface ReadBody {
  /** Null for a request without a body. */
  bytes: Buffer | null;
  /** Gives its memory back. Call it once. */
  release: () => void;
}

/** The body of a request without one. */
export const NO_BODY: ReadBody = { bytes: null, release() {} };

/**
 * Reads the bodies of requests whole, before they take a place at Alpaca: a client that sends slowly makes nobody else
 * wait.
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
    // Most bodies arrive together with the head of their request.
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
        // The rest is read and thrown away. The answer says `Connection: close`.
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
      // `onceGone()` notices the end of the socket. An `error` event without a listener would end the process.
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
    this.#take(LEAST_COUNTED);
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

/** The body, if all of it is buffered already; undefined when it has to be collected. */
function wholeBody(request: IncomingMessage): Buffer | undefined {
  const bytes = request.read() as Buffer | null;
  if (bytes === null) return undefined;
  return request.readableLength === 0 ? bytes : undefined;
}

function bodyTooLarge(): PublicError {
  return new PublicError(413, 'body_too_large', `A body may have ${LARGEST_BODY} bytes at most. Send less.`);
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
