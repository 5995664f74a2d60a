import type { RequestHandler } from 'express';
import { PublicError } from '../errors/public-error.ts';
import { requestIdOf } from '../log/name-request.ts';
import { report } from '../log/report.ts';
import { notConnected } from '../proxy/choose-connection.ts';
import type { Service } from '../service.ts';

/** `DELETE /connections/:environment`: forgets the token and ends its streams. Idempotent: 204 whether there was one or not. */
export function disconnect({ sessions, tradeUpdates, hooks, log }: Service): RequestHandler {
  return async (request, response) => {
    const { environment } = request.params;
    if (environment !== 'paper' && environment !== 'live') {
      throw new PublicError(404, 'not_found', 'There are connections of paper and live.');
    }
    const removed = await sessions.disconnect(request, response, environment);
    if (removed) {
      tradeUpdates.end(removed.id, notConnected(environment));
      report(log, 'info', { event: 'disconnected', environment, requestId: requestIdOf(response) });
      await hooks.ended([removed], 'disconnected');
    }
    response.status(204).end();
  };
}
