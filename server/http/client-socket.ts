import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How many requests of one socket may be unanswered at once. Browsers send the next one after the answer; clients that
 * pipeline (RFC 9112 section 9.3.2) send a few ahead.
 */
export const MOST_UNANSWERED = 16;

/**
 * What is known of a client's socket while requests of it are under way. Arrays, and not sets: every few changes a set moves
 * into a new table, and V8 keeps what was in the old one until its next full collection. That is each request and answer
 * here, which made collecting garbage a fifth of the cost of a small call.
 */
interface ClientSocket {
  /** Called when the socket ends. */
  readonly waiting: (() => void)[];
  /** Answers that were begun. Those that have ended are let go when the next request comes. */
  readonly answers: ServerResponse[];
  /** The answer after which the socket ends, once there is one. */
  last: ServerResponse | undefined;
}

/** By socket. Each has one `close` listener here, however many requests it carries. */
const clients = new WeakMap<Socket, ClientSocket>();

function clientOf(socket: Socket): ClientSocket {
  const known = clients.get(socket);
  if (known !== undefined) return known;
  const client: ClientSocket = { waiting: [], answers: [], last: undefined };
  clients.set(socket, client);
  socket.once('close', () => {
    // Each takes itself out, and may take others.
    for (let tell = client.waiting[0]; tell !== undefined; tell = client.waiting[0]) tell();
    client.answers.length = 0;
  });
  return client;
}

/**
 * Calls back once when nobody can read this answer any more: it was sent, it was destroyed, or its client has left. Node's
 * own `close` is not enough: a response that waits behind another one of the same socket never gets it.
 *
 * @returns A function that takes the callback back.
 */
export function onceGone(response: ServerResponse, callback: () => void): () => void {
  const { socket } = response.req;
  if (socket.closed) {
    process.nextTick(callback);
    return () => {};
  }
  const { waiting } = clientOf(socket);
  const forget = (): void => {
    const place = waiting.indexOf(tell);
    if (place !== -1) waiting.splice(place, 1);
    response.off('close', tell);
  };
  const tell = (): void => {
    forget();
    callback();
  };
  waiting.push(tell);
  response.once('close', tell);
  return forget;
}

/** Whether nobody can read this answer any more. */
export function isGone(response: ServerResponse): boolean {
  return response.destroyed || response.req.socket.destroyed;
}

/** Closes the socket at once, even when earlier answers of it are not sent yet. */
export function hangUp(response: ServerResponse): void {
  response.req.socket.destroy();
}

/**
 * Counts a request of its socket, and closes the socket of a client that sends too many without waiting for answers. It
 * cannot be refused otherwise: a refusal would have to wait for the answers before it. It is safe to count a request twice.
 *
 * @returns Whether the request may be answered.
 */
export function mayBeAnswered(response: ServerResponse): boolean {
  const { socket } = response.req;
  if (socket.destroyed) return false;
  const { answers, last } = clientOf(socket);
  if (last !== undefined && last !== response) return false;
  for (let place = answers.length - 1; place >= 0; place -= 1) {
    if (answers[place]?.writableEnded) answers.splice(place, 1);
  }
  if (!answers.includes(response)) answers.push(response);
  if (answers.length <= MOST_UNANSWERED) return true;
  hangUp(response);
  return false;
}

/**
 * Ends the socket with this answer, which says `Connection: close`: requests that come after it are not served (RFC 9112 section
 * 9.6). Node closes the socket, too, but first has those served that its client sent ahead.
 */
export function endWith(response: ServerResponse): void {
  clientOf(response.req.socket).last ??= response;
}

/** The answers of a socket that have not ended, of the requests that were counted. */
export function unanswered(socket: Socket): ServerResponse[] {
  return (clients.get(socket)?.answers ?? []).filter((answer) => !answer.writableEnded);
}

/** Whether this server is at work for a client: a request of it has arrived whole, and its answer has not ended. */
export function isAtWorkFor(socket: Socket): boolean {
  return unanswered(socket).some((answer) => answer.req.complete);
}
