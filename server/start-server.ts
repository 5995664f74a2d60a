import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import { createApp } from './app.ts';
import { CONNECTION_LIMITS, MOST_HEADERS, MOST_REQUESTS } from './connection-limits.ts';
import { drainOf } from './drain.ts';
import { endConnections } from './end-connections.ts';
import { sendError } from './errors/send-error.ts';
import { judgeHeaderCount } from './guard/judge-header-count.ts';
import { requestIdOf } from './log/name-request.ts';
import type { Service } from './service.ts';

/**
 * Longest time between the wish to stop and the end of the last request, in milliseconds. Kubernetes kills a container
 * after 30 s; the rest is for closing the store.
 */
const DRAIN_DEADLINE = 25_000;

export interface RunningServer {
  /** Where it listens, for example `http://localhost:3000`. */
  url: string;
  /**
   * Stops without failing a request (backend.md V4): says that it is not ready, and with each answer that it closes the
   * connection; after `grace` takes no more connections, lets what is under way finish for 25 s in all, and closes
   * everything. Safe to call twice: the first call counts.
   */
  stop(options?: StopOptions): Promise<void>;
}

export interface StopOptions {
  /** How long it goes on to accept, in milliseconds: the time that a load balancer needs to notice `/readyz`. Default: 0. */
  grace?: number;
}

export interface StartOptions {
  /** Interface to listen on. Default: all. */
  host?: string;
  /** Serves what lies outside the mount path. */
  pages?: RequestHandler;
  /** Changes some of `CONNECTION_LIMITS`. */
  limits?: Partial<typeof CONNECTION_LIMITS>;
}

/** Starts the runnable server on the configured port and resolves when it answers. */
export async function startServer(
  service: Service,
  { host, pages, limits }: StartOptions = {},
): Promise<RunningServer> {
  const { draining, stopping } = service;
  const app = createApp(service, pages ? { pages } : {});
  const server = createServer({ ...CONNECTION_LIMITS, ...limits }, refusingLongHeads(app));
  // One more than may pass, so that the excess is seen.
  server.maxHeadersCount = MOST_HEADERS + 1;
  server.maxRequestsPerSocket = MOST_REQUESTS;
  endConnections(server, draining.signal);
  const drain = drainOf(server);
  await listen(server, service.configuration.port, host);

  async function stopAfter(grace: number): Promise<void> {
    draining.abort();
    await sleep(grace);
    stopping.abort();
    await drain(DRAIN_DEADLINE - grace);
    await service.close();
  }

  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(server, host),
    stop({ grace = 0 } = {}) {
      stopped ??= stopAfter(grace);
      return stopped;
    },
  };
}

function refusingLongHeads(app: RequestListener): RequestListener {
  return function answer(request, response) {
    try {
      judgeHeaderCount(request, MOST_HEADERS);
    } catch (error) {
      sendError(response, error, requestIdOf(response));
      return;
    }
    app(request, response);
  };
}

function urlOf(server: Server, host = 'localhost'): string {
  const { port } = server.address() as AddressInfo;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
