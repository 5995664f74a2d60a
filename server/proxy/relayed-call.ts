import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { hangUp, isGone, onceGone } from '../http/client-socket.ts';
import { RefusalBody } from './alpaca-refusal.ts';
import type { AnswerBuffer, AnswerBuffers, BufferedCall } from './answer-buffer.ts';
import type { Client } from './places.ts';
import type { Deadlines } from './relay.ts';
import {
  isBrokenConnection,
  plainHeader,
  responseHeaders,
  upstreamFailure,
  upstreamInvalid,
  upstreamTimeout,
} from './upstream-answer.ts';
import type { UpstreamRequest } from './upstream-request.ts';

/** One judged request, and the answer that waits for it. */
export interface Exchange {
  upstream: UpstreamRequest;
  /** The whole body, or null for a request without one. */
  body: Buffer | null;
  /** Whether the operation answers with a never-ending event stream. */
  events: boolean;
  requestId: string;
  /** CORS headers of the answer. */
  cors: Readonly<Record<string, string>>;
  response: ServerResponse;
  /** Whose memory an answer takes that is not read. */
  client: Client;
  /** Called once nothing of Alpaca's is taken any more. The page may still be reading. */
  freed: () => void;
}

/** How an exchange ended. Only after `unauthorized` has the page not been answered yet. */
export interface Outcome {
  ending: 'complete' | 'unauthorized' | 'truncated' | 'client_closed' | 'slow_reader';
  /** Alpaca's status, or 0 when it did not answer. */
  status: number;
  upstreamRequestId: string | undefined;
  /** After `unauthorized`: the beginning of what Alpaca, or a gateway in front of it, said. */
  refusal?: string;
}

/** How long the body of a 401 is waited for, in milliseconds. */
const REFUSAL_TIME = 2_000;

interface Settlement {
  resolve: (outcome: Outcome) => void;
  /** Takes a `PublicError`. Nothing was sent to the page. */
  reject: (error: Error) => void;
}

/**
 * Sends one request to Alpaca and streams its answer back, as a handler of undici's `dispatch()`: no intermediate stream,
 * and every ending of either side is seen here. It settles once; whatever comes later is ignored.
 */
export class RelayedExchange implements Dispatcher.DispatchHandler, BufferedCall {
  readonly #exchange: Exchange;
  readonly #dispatcher: Dispatcher;
  readonly #deadlines: Deadlines;
  readonly #settlement: Settlement;
  readonly #buffers: AnswerBuffers;
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #forgetClient: () => void = () => {};
  /** Once the client does not keep up. */
  #buffer: AnswerBuffer | undefined;
  #settled = false;
  #retried = false;
  #byteCame = false;
  #refusal: RefusalBody | undefined;
  #status = 0;
  #upstreamRequestId: string | undefined;

  constructor(
    exchange: Exchange,
    {
      dispatcher,
      deadlines,
      buffers,
    }: { dispatcher: Dispatcher; deadlines: Deadlines; buffers: AnswerBuffers },
    settlement: Settlement,
  ) {
    this.#exchange = exchange;
    this.#dispatcher = dispatcher;
    this.#deadlines = deadlines;
    this.#buffers = buffers;
    this.#settlement = settlement;
  }

  /** Sends the request. Call it once. */
  start(): void {
    const { response } = this.#exchange;
    if (isGone(response)) {
      this.#settle('client_closed');
      return;
    }
    this.#forgetClient = onceGone(response, this.#onClientClose);
    this.#timer = setTimeout(this.#onDeadline, this.#deadlines.total);
    this.#dispatch();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) this.#abort();
  }

  onResponseStarted(): void {
    this.#byteCame = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#settled || (status >= 100 && status < 200)) return;
    this.#status = status;
    this.#upstreamRequestId = plainHeader(headers, 'x-request-id');
    if (status === 401) {
      this.#refusal = new RefusalBody(headers['content-encoding']);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#onRefused, REFUSAL_TIME);
    } else if (status < 200 || status > 599 || (status >= 300 && status < 400)) {
      // undici passes 999 on. A redirect is never followed: it would carry the token elsewhere.
      this.#fail(upstreamInvalid());
    } else {
      this.#begin(headers);
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    const { response, client } = this.#exchange;
    if (this.#refusal !== undefined) {
      if (this.#refusal.add(chunk)) this.#onRefused();
    } else if (this.#buffer !== undefined) this.#buffer.add(chunk);
    else if (!response.write(chunk)) this.#buffer = this.#buffers.open(response, client, this);
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    if (this.#refusal !== undefined) {
      this.#onRefused();
      return;
    }
    clearTimeout(this.#timer);
    this.#exchange.freed();
    if (this.#buffer === undefined) this.done();
    else this.#buffer.end();
  }

  /** The client has not read what came. An event stream has no rest to wait for: its page comes back for it. */
  pause(): void {
    if (this.#exchange.events) this.cut();
    else this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  /** Everything is on its way to the client. */
  done(): void {
    this.#settle('complete');
    this.#exchange.response.end();
  }

  /** Ends an answer whose client reads too slowly. */
  cut(): void {
    if (this.#settled) return;
    this.#settle('slow_reader');
    hangUp(this.#exchange.response);
    this.#abort();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#settled) return;
    if (this.#refusal !== undefined) {
      this.#onRefused();
    } else if (this.#mayRetry(error)) {
      this.#retried = true;
      this.#dispatch();
    } else {
      this.#fail(upstreamFailure(error));
    }
  }

  #dispatch(): void {
    const { upstream, events } = this.#exchange;
    const options: Dispatcher.DispatchOptions = {
      origin: upstream.origin,
      path: upstream.path,
      method: upstream.method as Dispatcher.HttpMethod,
      headers: upstream.headers,
      body: this.#exchange.body,
      headersTimeout: this.#deadlines.headers,
      bodyTimeout: events ? 0 : this.#deadlines.bodyIdle,
    };
    this.#dispatcher.dispatch(options, this);
  }

  #begin(upstream: IncomingHttpHeaders): void {
    const { events, requestId, cors, response } = this.#exchange;
    const headers = responseHeaders(upstream, requestId, cors);
    // A 204 has no body, and whoever reads it may believe a length all the same (RFC 9110 section 8.6).
    if (this.#status === 204) delete headers['Content-Length'];
    const streams = events && headers['Content-Type']?.startsWith('text/event-stream') === true;
    if (streams) {
      clearTimeout(this.#timer);
      headers['X-Accel-Buffering'] = 'no';
    }
    response.writeHead(this.#status, headers);
    if (streams) response.flushHeaders();
  }

  /** Only what changes nothing at Alpaca, once, and only while not a single byte of an answer came (an order must not be sent twice). */
  #mayRetry(error: Error): boolean {
    const { method } = this.#exchange.upstream;
    const isSafe = method === 'GET' || method === 'HEAD';
    return isSafe && !this.#retried && !this.#byteCame && isBrokenConnection(error);
  }

  #fail(error: Error): void {
    if (this.#exchange.response.headersSent) {
      this.#settle('truncated');
      // A cut body must not look complete: no last chunk, no clean end.
      this.#exchange.response.destroy();
    } else {
      this.#release();
      this.#settlement.reject(error);
    }
    this.#abort();
  }

  #settle(ending: Outcome['ending']): void {
    this.#release();
    const refusal = this.#refusal && { refusal: this.#refusal.text() };
    const upstreamRequestId = this.#upstreamRequestId;
    this.#settlement.resolve({ ending, status: this.#status, upstreamRequestId, ...refusal });
  }

  #release(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#forgetClient();
    this.#buffer?.close();
  }

  /** Ends the call at undici. Without effect on a call that is over; one that still waits is ended when it starts. */
  #abort(): void {
    this.#controller?.abort(new Error('The proxy ended the call.'));
  }

  readonly #onClientClose = (): void => {
    this.#settle('client_closed');
    this.#abort();
  };

  /** The body of a 401 is over, long enough, or late. */
  readonly #onRefused = (): void => {
    if (this.#settled) return;
    this.#settle('unauthorized');
    this.#abort();
  };

  readonly #onDeadline = (): void => {
    this.#fail(upstreamTimeout());
  };
}
