import type { RequestHandler } from 'express';
import type { Service } from './service.ts';

/** `GET /livez`: the process answers. */
export const live: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
};

/** `GET /readyz`: the store keeps what it is given, the upstream pools move, and the server is not shutting down. */
export function ready({ records, proxy, log }: Service, draining: () => boolean): RequestHandler {
  return async (_request, response) => {
    response.set('Cache-Control', 'no-store');
    try {
      if (draining()) throw new Error('draining');
      await records.probe();
      await proxy.probe();
      response.json({ status: 'ok' });
    } catch (error) {
      log.warn({ event: 'not_ready', draining: draining(), error });
      response.status(503).json({ status: 'unavailable' });
    }
  };
}
