import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { isAtWorkFor, mayBeAnswered, unanswered } from './client-socket.ts';

/** How often sockets that have become idle are closed. Milliseconds. */
const SWEEP_INTERVAL = 250;

/**
 * How long a client may keep a server that stops waiting for the rest of its request, or for reading the rest of its
 * answer, in milliseconds. A little longer than the proxy's own limits, which answer such a client with an error first.
 */
const CLIENT_TIMEOUT = 7_000;

/**
 * Stops listening, and resolves when the last answer is out and every socket closed.
 * @param deadline What is not answered after so many milliseconds is cut off.
 */
type Drain = (deadline: number) => Promise<void>;

/**
 * Prepares the end of a server: call it before the server listens.
 *
 * Once `draining` is aborted, every answer says `Connection: close`, also when its request came before: the client knows then
 * that it must not send another request over this socket (RFC 9112 section 9.6). To close sockets while they are idle
 * instead would lose a request that is on its way at that moment.
 */
export function prepareDrain(server: Server, draining: AbortSignal, clientTimeout = CLIENT_TIMEOUT): Drain {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  // First in line, because other listeners may answer at once. Counts every request, whoever answers it: `unanswered()` and
  // `isAtWorkFor()` know only requests that were counted.
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (draining.aborted) response.setHeader('Connection', 'close');
    mayBeAnswered(response);
  });

  draining.addEventListener('abort', () => {
    for (const response of [...sockets].flatMap(unanswered)) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
  });

  /** Since when this server has waited for the client of each socket, by `performance.now()`. */
  const waitingSince = new Map<Socket, number>();

  function closeIdle(): void {
    server.closeIdleConnections();
    const now = performance.now();
    for (const socket of sockets) {
      if (isAtWorkFor(socket)) {
        waitingSince.delete(socket);
        continue;
      }
      const since = waitingSince.get(socket) ?? now;
      waitingSince.set(socket, since);
      // Browsers open sockets in advance, and Node would wait for their first request. After one sweep, we do not.
      if (socket.bytesRead === 0 || now - since > clientTimeout) socket.destroy();
    }
  }

  return function drain(deadline) {
    return new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), deadline);
      // Answers that began before the drain promised to keep their socket open, and leave it idle.
      const sweep = setInterval(closeIdle, SWEEP_INTERVAL);
      // Stops listening and no more. From Node 26 on, an HTTP server that closes also closes sockets that it has not read yet.
      NetServer.prototype.close.call(server, () => {
        clearTimeout(cut);
        clearInterval(sweep);
        // Ends the timers of the HTTP server.
        server.close();
        resolve();
      });
    });
  };
}
