import type { RequestHandler } from 'express';
import type { Service } from './service.ts';

/** Readiness asks the store and Alpaca; however often somebody asks for it, they are asked once in this time. */
const SHARED_FOR = 1_000;

/** `GET /livez`: the process answers. */
export const live: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
};

/** `GET /readyz`: the store keeps what it is given, the upstream pools move, and the server is not stopping. */
export function ready({ records, proxy, stopping, log }: Service): RequestHandler {
  let latest: { at: number; probe: Promise<unknown> } | undefined;

  function probe(): Promise<unknown> {
    if (latest === undefined || performance.now() - latest.at > SHARED_FOR) {
      latest = { at: performance.now(), probe: Promise.all([records.probe(), proxy.probe()]) };
    }
    return latest.probe;
  }

  return async (_request, response) => {
    response.set('Cache-Control', 'no-store');
    try {
      stopping.signal.throwIfAborted();
      await probe();
      response.json({ status: 'ok' });
    } catch (error) {
      log.warn({ event: 'not_ready', error });
      response.status(503).json({ status: 'unavailable' });
    }
  };
}
