import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { isAtWorkFor, mayBeAnswered } from './http/client-socket.ts';

/** How often connections that have become idle are closed. Milliseconds. */
const SWEEP = 250;

/**
 * How long a client may keep this server waiting for the rest of its request, or for reading the rest of its answer, in
 * milliseconds. A little longer than the proxy gives it, which tells it so first.
 */
const PATIENCE = 7_000;

/**
 * Stops listening, and resolves when the last answer is out and every connection closed.
 * @param deadline What is not answered after so many milliseconds is cut off.
 */
export type Drain = (deadline: number) => Promise<void>;

/** Prepares the end of a server: call it before the server listens. */
export function drainOf(server: Server, patience = PATIENCE): Drain {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  // So that it is known what the server is at work on, whoever answers.
  server.on('request', (_request, response) => mayBeAnswered(response));

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
      // Browsers open connections in advance. Node waits for their first request; after one sweep, nobody else should.
      if (socket.bytesRead === 0 || now - since > patience) socket.destroy();
    }
  }

  return function drain(deadline) {
    return new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), deadline);
      // Answers that began before the drain promised to keep their connection, and leave it idle.
      const sweep = setInterval(closeIdle, SWEEP);
      server.close(() => {
        clearTimeout(cut);
        clearInterval(sweep);
        resolve();
      });
    });
  };
}
