import type { Server, ServerResponse } from 'node:http';
import { onceGone } from './http/client-socket.ts';

/**
 * Has every answer end its connection once `draining` is aborted, also when its request came before: the client knows
 * then that it must not send another request over it (RFC 9112 section 9.6). To close connections while they are idle
 * instead would lose the request that is on its way just then.
 */
export function endConnections(server: Server, draining: AbortSignal): void {
  const unanswered = new Set<ServerResponse>();

  // First in line, because others may answer at once.
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (draining.aborted) {
      response.setHeader('Connection', 'close');
      return;
    }
    unanswered.add(response);
    onceGone(response, () => unanswered.delete(response));
  });

  draining.addEventListener('abort', () => {
    for (const response of unanswered) if (!response.headersSent) response.setHeader('Connection', 'close');
    unanswered.clear();
  });
}
