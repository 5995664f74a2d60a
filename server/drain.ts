import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often connections that have become idle are closed. Milliseconds. */
const SWEEP = 250;

/**
 * Stops listening, and resolves when the last answer is out and every connection closed.
 * @param deadline What is not answered after so many milliseconds is cut off.
 */
export type Drain = (deadline: number) => Promise<void>;

/** Prepares the end of a server: call it before the server listens. */
export function drainOf(server: Server): Drain {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  function closeIdle(): void {
    server.closeIdleConnections();
    // Browsers open connections in advance. Node waits for their first request; after one sweep, nobody else should.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
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
