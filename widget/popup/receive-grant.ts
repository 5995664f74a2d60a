import type { Backend } from '../backend.ts';
import { type ConnectError, connectErrorFrom, ignoreNetworkError } from '../connect-error.ts';
import { pause } from '../retry-delay.ts';
import { listenToPeer, type Peer, type PopupMessage, readPopupMessage, tellPeer } from './protocol.ts';

/** Between two polls: keeps a server that answers at once, or a network that fails, from being hammered. */
const PAUSE_MS = 500;

/** The attempt whose grant is awaited. */
interface AwaitedAttempt {
  popup: Peer;
  backend: Backend;
  attempt: string;
  codeVerifier: string;
  /** Resolves when the popup looks closed. Only from then on is the mailbox asked. */
  gone: Promise<void>;
}

/**
 * Waits for the grant on all three ways and takes the first: a message from the popup, a `BroadcastChannel` when page
 * and server share an origin, or the mailbox on the server. Both kinds of message are acknowledged, so that the
 * callback page need not use the mailbox. Stops with `signal`, and is then left pending.
 *
 * @throws ConnectError what Alpaca or the server refused.
 */
export async function receiveGrant(awaited: AwaitedAttempt, signal: AbortSignal): Promise<string> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  try {
    return await Promise.race([
      grantByMessage(awaited, either),
      grantByChannel(awaited, either),
      awaited.gone.then(() => grantByMailbox(awaited, either)),
    ]);
  } finally {
    done.abort();
  }
}

function grantByMessage({ popup, attempt }: AwaitedAttempt, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const acknowledge = () => tellPeer(popup, { type: 'alpaca-connect:received', attempt });
    listenToPeer(popup, (message) => settle(message, attempt, { acknowledge, resolve, reject }), signal);
  });
}

/** Browsers hand a channel's messages only to the same origin, so a page on another origin need not listen. */
function grantByChannel({ backend, attempt }: AwaitedAttempt, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    if (backend.origin !== location.origin) return;
    const channel = new BroadcastChannel(`alpaca-connect:${attempt}`);
    signal.addEventListener('abort', () => channel.close(), { once: true });
    const acknowledge = () => channel.postMessage({ type: 'alpaca-connect:received', attempt });
    channel.addEventListener('message', ({ data }) => {
      const message = readPopupMessage(data);
      if (message) settle(message, attempt, { acknowledge, resolve, reject });
    });
  });
}

interface Settlement {
  acknowledge: () => void;
  resolve: (grant: string) => void;
  reject: (reason: ConnectError) => void;
}

function settle(message: PopupMessage, attempt: string, { acknowledge, resolve, reject }: Settlement): void {
  if (message.type !== 'alpaca-connect:outcome' || message.attempt !== attempt) return;
  acknowledge();
  if (message.error) reject(connectErrorFrom(message.error));
  else resolve(message.grant);
}

/** Repeats the server's long poll until it answers. A network that fails, as on a phone that wakes up, is no answer. */
async function grantByMailbox(awaited: AwaitedAttempt, signal: AbortSignal): Promise<string> {
  const { backend, attempt, codeVerifier } = awaited;
  while (!signal.aborted) {
    const answer = await backend.collect(attempt, codeVerifier, signal).catch(ignoreNetworkError);
    if (answer === undefined) await pause(PAUSE_MS, signal);
    else if ('error' in answer) throw connectErrorFrom({ code: answer.error, message: answer.message });
    else return answer.grant;
  }
  throw signal.reason;
}
