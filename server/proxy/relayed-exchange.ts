import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { RefusalBody } from './alpaca-refusal.ts';
import type { BodyFraming } from './body-framing.ts';
import type { Deadlines } from './deadlines.ts';
import { LimitedBody } from './limited-body.ts';
import { plainHeader, responseHeaders } from './response-headers.ts';
import { isBrokenConnection, upstreamFailure, upstreamInvalid, upstreamTimeout } from './upstream-failure.ts';
import type { UpstreamRequest } from './upstream-request.ts';

/** One judged request, and the answer that waits for it. */
export interface Exchange {
  upstream: UpstreamRequest;
  framing: BodyFraming;
  /** Whether the operation answers with a never-ending event stream. */
  events: boolean;
  requestId: string;
  /** CORS headers of the answer. */
  cors: Readonly<Record<string, string>>;
  request: IncomingMessage;
  response: ServerResponse;
}

/** How an exchange ended. Only after `unauthorized` has the page not been answered yet. */
export interface Outcome {
  ending: 'complete' | 'unauthorized' | 'truncated' | 'client_closed';
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
 * Streams one request to Alpaca and its answer back, as a handler of undici's `dispatch()`: no intermediate stream, and
 * every ending of either side is seen here. It settles once; whatever comes later is ignored.
 */
export class RelayedExchange implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #dispatcher: Dispatcher;
  readonly #deadlines: Deadlines;
  readonly #settlement: Settlement;
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #retried = false;
  #byteCame = false;
  #refusal: RefusalBody | undefined;
  #status = 0;
  #upstreamRequestId: string | undefined;

  constructor(exchange: Exchange, dispatcher: Dispatcher, deadlines: Deadlines, settlement: Settlement) {
    this.#exchange = exchange;
    this.#dispatcher = dispatcher;
    this.#deadlines = deadlines;
    this.#settlement = settlement;
  }

  /** Sends the request. Call it once. */
  start(): void {
    const { response } = this.#exchange;
    if (response.destroyed) {
      this.#settle('client_closed');
      return;
    }
    response.once('close', this.#onClientClose);
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

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#refusal !== undefined) {
      if (!this.#settled && this.#refusal.add(chunk)) this.#onRefused();
      return;
    }
    if (this.#settled || this.#exchange.response.write(chunk)) return;
    controller.pause();
    this.#exchange.response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    if (this.#refusal !== undefined) {
      this.#onRefused();
      return;
    }
    this.#settle('complete');
    this.#exchange.response.end();
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
      body: this.#body(),
      headersTimeout: this.#deadlines.headers,
      bodyTimeout: events ? 0 : this.#deadlines.bodyIdle,
    };
    this.#dispatcher.dispatch(options, this);
  }

  #body(): LimitedBody | null {
    const { framing, request } = this.#exchange;
    return framing.kind === 'none' ? null : request.pipe(new LimitedBody());
  }

  #begin(upstream: IncomingHttpHeaders): void {
    const { events, requestId, cors, request, response, framing } = this.#exchange;
    const headers = responseHeaders(upstream, requestId, cors);
    // A 204 has no body, and whoever reads it may believe a length all the same (RFC 9110 section 8.6).
    if (this.#status === 204) delete headers['Content-Length'];
    // Bytes of a body that Alpaca did not wait for must not be read as the next request.
    if (framing.kind !== 'none' && !request.complete) headers['Connection'] = 'close';
    const streams = events && headers['Content-Type']?.startsWith('text/event-stream') === true;
    if (streams) {
      clearTimeout(this.#timer);
      headers['X-Accel-Buffering'] = 'no';
    }
    response.writeHead(this.#status, headers);
    if (streams) response.flushHeaders();
  }

  /** Only what changes nothing at Alpaca, once, and only while not a single byte of an answer came (backend.md P11). */
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
    this.#exchange.response.off('close', this.#onClientClose);
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
