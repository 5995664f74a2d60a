import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { hangUp, isGone, onceGone } from '../http/client-socket.ts';
import { RefusalBody } from './alpaca-refusal.ts';
import type { AnswerBuffer, AnswerBuffers, BufferedCall } from './answer-buffer.ts';
import type { Client } from './places.ts';
import type { Deadlines } from './relay.ts';
import {
  isBrokenSocket,
  plainHeader,
  responseHeaders,
  upstreamFailure,
  upstreamInvalid,
  upstreamTimeout,
} from './upstream-answer.ts';
import type { UpstreamRequest } from './upstream-request.ts';

/** One request to relay, and the response that waits for Alpaca's answer. */
export interface RelayRequest {
  upstream: UpstreamRequest;
  /** The whole body, or null for a request without one. */
  body: Buffer | null;
  /** Whether the operation answers with a never-ending event stream. */
  events: boolean;
  requestId: string;
  /** CORS headers of the answer. */
  cors: Readonly<Record<string, string>>;
  response: ServerResponse;
  /** Whose share of memory the answer takes while it is not read. */
  client: Client;
  /** Called once Alpaca has sent everything. The page may still be reading. */
  onUpstreamDone: () => void;
}

/** How a relayed call ended. Only after `unauthorized` has the page not been answered yet. */
export interface RelayOutcome {
  ending: 'complete' | 'unauthorized' | 'truncated' | 'client_closed' | 'slow_reader';
  /** Alpaca's status, or 0 when it did not answer. */
  status: number;
  upstreamRequestId: string | undefined;
  /** After `unauthorized`: the beginning of what Alpaca, or a gateway in front of it, said. */
  refusal?: string;
}

/** What every relayed call shares with the others. */
interface RelayMeans {
  dispatcher: Dispatcher;
  deadlines: Deadlines;
  buffers: AnswerBuffers;
}

/** How long the body of a 401 is waited for, in milliseconds. */
const REFUSAL_TIME = 2_000;

/**
 * Sends one request to Alpaca and streams its answer back, as a handler of undici's `dispatch()`: no intermediate stream,
 * and every way in which either side can end it is seen here. It ends once; whatever comes later is ignored.
 */
export class RelayedCall implements Dispatcher.DispatchHandler, BufferedCall {
  readonly #request: RelayRequest;
  readonly #dispatcher: Dispatcher;
  readonly #deadlines: Deadlines;
  readonly #buffers: AnswerBuffers;
  readonly #onEnd: (outcome: RelayOutcome) => void;
  readonly #onFailure: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #forgetClient: () => void = () => {};
  /** Set once the client does not keep up. */
  #buffer: AnswerBuffer | undefined;
  #isOver = false;
  #isRetried = false;
  #hasByte = false;
  #refusal: RefusalBody | undefined;
  #status = 0;
  #upstreamRequestId: string | undefined;

  /**
   * @param onEnd Called when the call is over. Of `onEnd` and `onFailure`, one is called, once.
   * @param onFailure Called with a `PublicError` when nothing was sent to the page.
   */
  constructor(
    request: RelayRequest,
    { dispatcher, deadlines, buffers }: RelayMeans,
    onEnd: (outcome: RelayOutcome) => void,
    onFailure: (error: Error) => void,
  ) {
    this.#request = request;
    this.#dispatcher = dispatcher;
    this.#deadlines = deadlines;
    this.#buffers = buffers;
    this.#onEnd = onEnd;
    this.#onFailure = onFailure;
  }

  /** Sends the request. Call it once. */
  start(): void {
    const { response } = this.#request;
    if (isGone(response)) {
      this.#end('client_closed');
      return;
    }
    this.#forgetClient = onceGone(response, this.#onClientClose);
    this.#timer = setTimeout(this.#onDeadline, this.#deadlines.total);
    this.#dispatch();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) this.#abort();
  }

  onResponseStarted(): void {
    this.#hasByte = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#isOver || (status >= 100 && status < 200)) return;
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
    if (this.#isOver) return;
    const { response, client } = this.#request;
    if (this.#refusal !== undefined) {
      if (this.#refusal.add(chunk)) this.#onRefused();
    } else if (this.#buffer !== undefined) this.#buffer.add(chunk);
    else if (!response.write(chunk)) this.#buffer = this.#buffers.open(response, client, this);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    if (this.#refusal !== undefined) {
      this.#onRefused();
      return;
    }
    clearTimeout(this.#timer);
    this.#request.onUpstreamDone();
    if (this.#buffer === undefined) this.done();
    else this.#buffer.end();
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#isOver) return;
    if (this.#refusal !== undefined) {
      this.#onRefused();
    } else if (this.#mayRetry(error)) {
      this.#isRetried = true;
      this.#dispatch();
    } else {
      this.#fail(upstreamFailure(error));
    }
  }

  /** The client has not read what came. An event stream is ended instead: its page connects again for the rest. */
  pause(): void {
    if (this.#request.events) this.cut();
    else this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  /** Everything is on its way to the client. */
  done(): void {
    this.#end('complete');
    this.#request.response.end();
  }

  /** Ends an answer whose client reads too slowly. */
  cut(): void {
    if (this.#isOver) return;
    this.#end('slow_reader');
    hangUp(this.#request.response);
    this.#abort();
  }

  #dispatch(): void {
    const { upstream, events } = this.#request;
    const options: Dispatcher.DispatchOptions = {
      origin: upstream.origin,
      path: upstream.path,
      method: upstream.method as Dispatcher.HttpMethod,
      headers: upstream.headers,
      body: this.#request.body,
      headersTimeout: this.#deadlines.headers,
      bodyTimeout: events ? 0 : this.#deadlines.bodyIdle,
    };
    this.#dispatcher.dispatch(options, this);
  }

  #begin(upstream: IncomingHttpHeaders): void {
    const { events, requestId, cors, response } = this.#request;
    const headers = responseHeaders(upstream, requestId, cors);
    // A 204 has no body, but a client might wait for the length that it names (RFC 9110 section 8.6).
    if (this.#status === 204) delete headers['Content-Length'];
    const streams = events && headers['Content-Type']?.startsWith('text/event-stream') === true;
    if (streams) {
      clearTimeout(this.#timer);
      headers['X-Accel-Buffering'] = 'no';
    }
    response.writeHead(this.#status, headers);
    if (streams) response.flushHeaders();
  }

  /** Only GET and HEAD, once, and only while no byte of an answer came: an order must not be sent twice. */
  #mayRetry(error: Error): boolean {
    const { method } = this.#request.upstream;
    const isSafe = method === 'GET' || method === 'HEAD';
    return isSafe && !this.#isRetried && !this.#hasByte && isBrokenSocket(error);
  }

  #fail(error: Error): void {
    if (this.#request.response.headersSent) {
      this.#end('truncated');
      // A body that was cut must not look complete, so there is no last chunk and no clean end.
      this.#request.response.destroy();
    } else {
      this.#release();
      this.#onFailure(error);
    }
    this.#abort();
  }

  #end(ending: RelayOutcome['ending']): void {
    this.#release();
    const refusal = this.#refusal && { refusal: this.#refusal.text() };
    const upstreamRequestId = this.#upstreamRequestId;
    this.#onEnd({ ending, status: this.#status, upstreamRequestId, ...refusal });
  }

  #release(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#forgetClient();
    this.#buffer?.close();
  }

  /** Ends the call at undici. Without effect on a call that is over; one that still waits is ended when it starts. */
  #abort(): void {
    this.#controller?.abort(new Error('The proxy ended the call.'));
  }

  readonly #onClientClose = (): void => {
    this.#end('client_closed');
    this.#abort();
  };

  /** The body of a 401 is over, long enough, or late. */
  readonly #onRefused = (): void => {
    if (this.#isOver) return;
    this.#end('unauthorized');
    this.#abort();
  };

  readonly #onDeadline = (): void => {
    this.#fail(upstreamTimeout());
  };
}
