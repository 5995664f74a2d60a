import type { Environment, StreamEnd, StreamGap, StreamStatus, TradeUpdate } from '../server/contract.ts';
import { type Backend, errorAnswer } from './backend.ts';
import { elementSetup } from './messages/en.ts';
import { LONGEST_DELAY_MS, pause, retryDelay } from './retry-delay.ts';
import { stoppable } from './stoppable.ts';
import { streamedEvents } from './streamed-events.ts';

/** A page may hold a connect.js from before an upgrade of the server, which takes this from the same file. */
export { streamedEvents } from './streamed-events.ts';

/** The server says something every 15 seconds, if only a comment. After a longer silence nobody is there, or the computer slept. */
const SILENCE_MS = 40_000;

/**
 * When the person connects another account, in another tab perhaps, the session gets a new id, and the server ends the streams
 * of the old one. The cookie of the new one arrives only after the hooks of the site, which have five seconds each.
 */
const COOKIE_DUE_MS = 15_000;

/**
 * What a stream of trade updates yields.
 *
 * - `update`: what Alpaca says about an order. `id` names the update within the stream.
 * - `status`: whether updates arrive: `open`, or not yet (`connecting`), or not now (`retrying`, next in `retryIn` milliseconds).
 * - `gap`: updates may be missing before the next one, so ask for the orders again.
 * - `end`: the last one. To listen again would be refused with the same `code`; `message` tells the person what to do.
 */
export type StreamEvent =
  | { type: 'update'; id: string; update: TradeUpdate }
  | ({ type: 'status' } & StreamStatus)
  | ({ type: 'gap' } & StreamGap)
  | ({ type: 'end' } & StreamEnd);

/** One stream, over however many connections. */
interface Listening {
  readonly backend: Backend;
  readonly environment: Environment;
  readonly connection: string | undefined;
  /** Ends the stream. */
  readonly stopped: AbortSignal;
  /** The last event that was yielded, after which the next connection goes on. */
  lastId?: string;
  /** How many connections in a row did not last. */
  failures: number;
  /** What the server said about when to come back. */
  retryAfter: string | null;
  /** When the latest connection that was open was lost, by `performance.now()`. */
  lostAt?: number;
}

/** How to listen. */
export interface TradeUpdatesOptions {
  /** The id of a connection. Needed where several accounts of the environment are connected. */
  connection?: string | undefined;
  /** Ends the stream without a word, as `break` does. */
  signal?: AbortSignal;
  /** Called just before the `end` is yielded. */
  onEnd?: () => void;
}

/**
 * The trade updates of the account that is connected in `environment`, from the first `next()` on. Reads no faster than the
 * events are taken. When the line to the server breaks, it says so, connects again and goes on after the last event. What the
 * network or the server does becomes an event, never an exception.
 *
 * @throws TypeError for an environment that is not `paper` or `live`.
 */
export function tradeUpdates(
  backend: Backend,
  environment: Environment,
  { signal, onEnd, connection }: TradeUpdatesOptions = {},
): AsyncGenerator<StreamEvent, void, undefined> {
  if (environment !== 'paper' && environment !== 'live') throw new TypeError(elementSetup.environmentInvalid);
  return stoppable(
    (stopped) => listen({ backend, environment, connection, stopped, failures: 0, retryAfter: null }, onEnd),
    signal,
  );
}

async function* listen(
  listening: Listening,
  onEnd?: () => void,
): AsyncGenerator<StreamEvent, void, undefined> {
  while (!listening.stopped.aborted) {
    yield { type: 'status', state: 'connecting' };
    for await (const event of streamConnection(listening)) {
      // Of what arrived together, some may be left.
      if (listening.stopped.aborted) return;
      if (event.type === 'end') onEnd?.();
      yield event;
      if (event.type === 'end') return;
    }
    if (listening.stopped.aborted) return;
    const retryIn = retryDelay(listening.failures, listening.retryAfter);
    yield { type: 'status', state: 'retrying', retryIn };
    await pause(retryIn, listening.stopped);
  }
}

/** The events of one connection. Never throws: when it is lost, they end, and `listening` knows where and when to go on. */
async function* streamConnection(listening: Listening): AsyncGenerator<StreamEvent, void, undefined> {
  const attempt = new AbortController();
  const signal = AbortSignal.any([listening.stopped, attempt.signal]);
  const heard = <T>(waiting: Promise<T>) => abortedBySilence(waiting, attempt);
  let openedAt = Number.POSITIVE_INFINITY;
  listening.retryAfter = null;
  try {
    const response = await heard(request(listening, signal));
    listening.retryAfter = response.headers.get('Retry-After');
    if (response.ok) {
      openedAt = performance.now();
      yield* streamedEvents(response, listening, heard);
    } else if (isFinal(response.status)) {
      const answer = await heard(errorAnswer(response));
      if (answer && !isCookieDue(listening, answer.code)) yield { type: 'end', ...answer };
    }
  } catch {
    // Lost. As when it ends by itself, the next connection takes over.
  } finally {
    attempt.abort();
    if (openedAt < Number.POSITIVE_INFINITY) listening.lostAt = performance.now();
    const healthy = performance.now() - openedAt > LONGEST_DELAY_MS;
    listening.failures = healthy ? 0 : listening.failures + 1;
  }
}

/** Without the browser's cache, in which the same request of another tab waits for the end of this one. */
function request(
  { backend, environment, connection, lastId }: Listening,
  signal: AbortSignal,
): Promise<Response> {
  const headers = lastId === undefined ? {} : { 'Last-Event-ID': lastId };
  const init = { connection, headers, signal, cache: 'no-store', redirect: 'error' } as const;
  return backend.proxied(environment, '/stream' as string, init);
}

/** Whether to ask again would be answered the same. */
function isFinal(status: number): boolean {
  return status < 500 && status !== 429;
}

/** Whether the refusal may only mean that the new session's cookie is still on its way. */
function isCookieDue({ lostAt }: Listening, code: string): boolean {
  return code === 'not_connected' && lostAt !== undefined && performance.now() - lostAt < COOKIE_DUE_MS;
}

async function abortedBySilence<T>(waiting: Promise<T>, attempt: AbortController): Promise<T> {
  const timer = setTimeout(() => attempt.abort(), SILENCE_MS);
  try {
    return await waiting;
  } finally {
    clearTimeout(timer);
  }
}
