import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Requests of one socket that may be unanswered at once. Browsers send the next one after the answer; whoever sends them
 * ahead (RFC 9112 section 9.3.2) has a few.
 */
export const MOST_UNANSWERED = 16;

/** What is known of a client's socket while requests of it are under way. */
interface Client {
  /** Called when the socket ends. */
  readonly waiting: Set<() => void>;
  /** Answers that were begun. Those that have ended stay until there are too many. */
  readonly answers: Set<ServerResponse>;
}

/** One entry, and one listener, for each socket, however many requests it carries. */
const clients = new WeakMap<Socket, Client>();

function clientOf(socket: Socket): Client {
  const known = clients.get(socket);
  if (known !== undefined) return known;
  const client: Client = { waiting: new Set(), answers: new Set() };
  clients.set(socket, client);
  socket.once('close', () => {
    for (const tell of client.waiting) tell();
    client.answers.clear();
  });
  return client;
}

/**
 * Calls back once when nobody can read this answer any more: it is out, it was destroyed, or its client has left. Node's
 * own `close` is not enough: a response that waits behind another one of the same socket never gets it.
 *
 * @returns Takes the callback back.
 */
export function onceGone(response: ServerResponse, callback: () => void): () => void {
  const { socket } = response.req;
  if (socket.closed) {
    process.nextTick(callback);
    return () => {};
  }
  const { waiting } = clientOf(socket);
  const forget = (): void => {
    waiting.delete(tell);
    response.off('close', tell);
  };
  const tell = (): void => {
    forget();
    callback();
  };
  waiting.add(tell);
  response.once('close', tell);
  return forget;
}

/** Whether nobody can read this answer any more. */
export function isGone(response: ServerResponse): boolean {
  return response.destroyed || response.req.socket.destroyed;
}

/** Hangs up at once, also when earlier answers of the same socket are not out yet. */
export function hangUp(response: ServerResponse): void {
  response.req.socket.destroy();
}

/**
 * Counts a request of its socket, and hangs up on a client that sends too many without waiting for answers. There is no
 * other way to refuse: an answer would have to wait for those before it. Counting the same request twice changes nothing.
 *
 * @returns Whether the request may be answered.
 */
export function mayBeAnswered(response: ServerResponse): boolean {
  const { socket } = response.req;
  if (socket.destroyed) return false;
  const { answers } = clientOf(socket);
  answers.add(response);
  if (answers.size <= MOST_UNANSWERED) return true;
  for (const answer of answers) if (answer.writableEnded) answers.delete(answer);
  if (answers.size <= MOST_UNANSWERED) return true;
  hangUp(response);
  return false;
}

/** Whether this server is at work for a client: a request of it came whole, and its answer has not ended. */
export function isAtWorkFor(socket: Socket): boolean {
  for (const answer of clients.get(socket)?.answers ?? []) {
    if (answer.req.complete && !answer.writableEnded) return true;
  }
  return false;
}
