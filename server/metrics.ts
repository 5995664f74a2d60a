import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Report } from './http/log.ts';
import { operations } from './operations.ts';

interface RunningMetrics {
  /** Such as `http://127.0.0.1:9464/metrics`. */
  url: string;
  close(): Promise<void>;
}

/** They stay open for hours, which says nothing about how fast answers are. */
const STREAMS: ReadonlySet<unknown> = new Set([
  '/paper/stream',
  '/live/stream',
  ...operations.filter((operation) => operation.includes('events')).map(([, , path]) => path),
]);

/**
 * `GET /metrics` in Prometheus' text format, on an address of its own: it tells how busy a site is, which is not for everybody. It is
 * made of what the server reports, so that it knows no more than the log: templates of routes, never a URL, and nothing of a person.
 */
export async function startMetrics({ host, port }: { host: string; port: number }): Promise<RunningMetrics> {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const requests = new Counter({
    name: 'alpaca_connect_requests_total',
    help: 'Requests that were answered. api: paper, live or data of requests to Alpaca, and connect.',
    labelNames: ['api', 'method', 'route', 'status'],
    registers: [register],
  });
  const seconds = new Histogram({
    name: 'alpaca_connect_request_seconds',
    help: 'Time to the end of the answer. Streams are left out.',
    labelNames: ['api'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [register],
  });
  const events = new Counter({
    name: 'alpaca_connect_events_total',
    help: 'What else the log reports, by name, level, and the code of a refusal.',
    labelNames: ['event', 'level', 'code'],
    registers: [register],
  });

  function count(message: unknown): void {
    const { level, event, ...fields } = message as Report & { level: string };
    if (event !== 'request') {
      events.inc({ event, level, code: String(fields['code'] ?? '') });
      return;
    }
    const route = String(fields['route'] ?? '');
    const api = String(fields['environment'] ?? 'connect');
    requests.inc({ api, method: String(fields['method']), route, status: String(fields['status']) });
    if (STREAMS.has(route)) return;
    seconds.observe({ api }, Number(fields['ms']) / 1_000);
  }

  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end('Ask for GET /metrics.\n');
      return;
    }
    // What cannot be told must not end the server.
    const text = await register.metrics().catch(() => undefined);
    const headers = { 'Content-Type': register.contentType, 'Cache-Control': 'no-store' };
    response.writeHead(text === undefined ? 500 : 200, headers).end(text);
  });
  // By itself it keeps no process alive that could not serve.
  server.listen(port, host).unref();
  await once(server, 'listening');
  subscribe('alpaca-connect', count);

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/metrics`,
    async close() {
      unsubscribe('alpaca-connect', count);
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
