import type { Environment } from '../server/contract.ts';
import type { Backend } from './backend.ts';
import { errorAnswer } from './error-answer.ts';
import { LONGEST_DELAY_MS } from './retry-delay.ts';
import type { StreamEvent } from './stream-event.ts';
import { streamedEvents } from './streamed-events.ts';

/** The server says something every 15 seconds, if only a comment. After a longer silence nobody is there, or the computer slept. */
const SILENCE_MS = 40_000;

/**
 * When the person connects another account, in another tab perhaps, the session gets a new id, and the server ends the streams
 * of the old one. The cookie of the new one arrives only after the hooks of the site, which have five seconds each.
 */
const COOKIE_DUE_MS = 15_000;

/** One stream, over however many connections. */
export interface Listening {
  readonly backend: Backend;
  readonly environment: Environment;
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

/** The events of one connection. Never throws: when it is lost, they end, and `listening` knows where and when to go on. */
export async function* streamConnection(listening: Listening): AsyncGenerator<StreamEvent, void, undefined> {
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
function request({ backend, environment, lastId }: Listening, signal: AbortSignal): Promise<Response> {
  const headers = lastId === undefined ? {} : { 'Last-Event-ID': lastId };
  return backend.proxied(environment, '/stream', { headers, signal, cache: 'no-store', redirect: 'error' });
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
