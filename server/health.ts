import type { RequestHandler } from 'express';
import { report } from './log/report.ts';
import type { Service } from './service.ts';

/** However often somebody asks whether this server is ready, Alpaca is asked once in this time. Milliseconds. */
const SHARED_FOR = 1_000;

/** `GET /livez`: the process answers. */
export const live: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'ok' });
};

/** `GET /readyz`: the store keeps what it is given, the upstream pools move, and nobody asked the server to stop. */
export function ready({
  records,
  proxy,
  draining,
  log,
}: Pick<Service, 'records' | 'proxy' | 'draining' | 'log'>): RequestHandler {
  let latest: { at: number; probe: Promise<void> } | undefined;

  function upstreamProbe(): Promise<void> {
    if (latest === undefined || performance.now() - latest.at > SHARED_FOR) {
      latest = { at: performance.now(), probe: proxy.probe() };
    }
    return latest.probe;
  }

  return async (_request, response) => {
    response.set('Cache-Control', 'no-store');
    try {
      draining.signal.throwIfAborted();
      await Promise.all([records.probe(), upstreamProbe()]);
      response.json({ status: 'ok' });
    } catch (error) {
      report(log, 'warn', { event: 'not_ready', error });
      response.status(503).json({ status: 'unavailable' });
    }
  };
}
