import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { AnswerBuffers } from './answer-buffer.ts';
import { RelayedCall, type RelayOutcome, type RelayRequest } from './relayed-call.ts';
import type { UpstreamBase } from './upstream-request.ts';

/** Sockets to one of Alpaca's hosts that calls share. Event streams have their own, so that they take none of a call's. */
export const POOL_SIZE = 128;

/** The one owner of sockets to Alpaca's REST APIs. */
export interface Relay {
  /**
   * Sends one request and streams its answer. Resolves when it is over, whatever its end.
   *
   * @throws PublicError 502 or 504 when nothing was sent to the page yet
   */
  send(request: RelayRequest): Promise<RelayOutcome>;
  /**
   * Sends a harmless request through the pool that calls use, so that it also notices a pool that hangs, and gives the
   * next calls a new one.
   *
   * @throws Error when no answer comes in time
   */
  probe(base: UpstreamBase): Promise<void>;
  /**
   * Cuts the event streams, which would never end by themselves: their pages connect again, to another server. Clients that
   * read their answers slowly are cut a little later. What is under way at Alpaca finishes.
   */
  drain(): void;
  /** Bytes of answers that wait for their clients. */
  readonly bufferedBytes: number;
  /** Cuts whatever is under way. Drain the HTTP server before. */
  close(): Promise<void>;
}

/** Makes the pools. No socket opens before the first call. */
export function createRelay(deadlines: Deadlines): Relay {
  const connect = { timeout: deadlines.connect };
  const openPool = () => new Agent({ connect, connections: POOL_SIZE });
  let calls = openPool();
  const streams = new Agent({ connect });
  const buffers = new AnswerBuffers(deadlines);

  function send(request: RelayRequest): Promise<RelayOutcome> {
    return new Promise((resolve, reject) => {
      const dispatcher = request.events ? streams : calls;
      new RelayedCall(request, { dispatcher, deadlines, buffers }, resolve, reject).start();
    });
  }

  async function probe({ origin, prefix }: UpstreamBase): Promise<void> {
    const pool = calls;
    const head = { origin, path: `${prefix}/`, method: 'HEAD' as const, headersTimeout: deadlines.headers };
    const answer = pool.request(head).then(({ body }) => body.dump());
    // undici applies neither a timeout nor a signal to a request that still waits for a socket.
    const late = sleep(deadlines.connect + deadlines.headers, 'late', { ref: false });
    if ((await Promise.race([answer, late])) !== 'late') return;
    if (pool === calls) replacePool();
    throw new Error('The pool of calls to Alpaca hangs.');
  }

  /**
   * A request that undici itself refuses, such as one with an invalid header, takes a socket of its pool for ever. The proxy
   * checks all that it sends, so that this should not happen; if it does, the server recovers without a restart.
   */
  function replacePool(): void {
    const hanging = calls;
    calls = openPool();
    // What is under way in the old one goes on, for as long as a call may take.
    setTimeout(() => void hanging.destroy(), deadlines.total).unref();
  }

  function drain(): void {
    void streams.destroy();
    buffers.drain();
  }

  async function close(): Promise<void> {
    await Promise.all([calls.destroy(), streams.destroy()]);
  }

  return {
    send,
    probe,
    drain,
    close,
    get bufferedBytes() {
      return buffers.budget.total;
    },
  };
}

/** How long the proxy waits, in milliseconds. Every call has the first four, which are for Alpaca. */
export interface Deadlines {
  /** For the TCP and TLS handshake. */
  connect: number;
  /** From the sent request to the end of the response's headers. */
  headers: number;
  /** Between two pieces of the body. An event stream has none: it may be silent for hours. */
  bodyIdle: number;
  /** For the whole call. An event stream is held to it only until it has begun. */
  total: number;
  /** For the body of a request, from its head to its last byte. */
  clientBody: number;
  /** Between two looks at how much a slow client has read of its answer. */
  clientRead: number;
  /** For which the place of a call still counts for its person after the answer was cut because it was not read. */
  slowReader: number;
  /** For slow clients, once the server stops. */
  drain: number;
}

/** What holds unless a test or an integrator says otherwise. */
export const DEFAULT_DEADLINES: Deadlines = {
  connect: 3_000,
  headers: 15_000,
  bodyIdle: 30_000,
  total: 60_000,
  clientBody: 10_000,
  clientRead: 4_000,
  slowReader: 30_000,
  drain: 5_000,
};
