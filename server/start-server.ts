import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestHandler } from 'express';
import { createApp } from './app.ts';
import type { Service } from './service.ts';

/** Longest time that running requests may take to finish once the server is asked to stop. */
const DRAIN_DEADLINE = 25_000;

export interface RunningServer {
  /** Where it listens, for example `http://localhost:3000`. */
  url: string;
  /** Lets running requests finish, then closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Interface to listen on. Default: all. */
  host?: string;
  /** Serves what lies outside the mount path. */
  pages?: RequestHandler;
}

/** Starts the runnable server on the configured port and resolves when it answers. */
export async function startServer(
  service: Service,
  { host, pages }: StartOptions = {},
): Promise<RunningServer> {
  let stopping: Promise<void> | undefined;
  const server = createServer(
    // Documented, so that a slow or endless client cannot hold a socket for ever (OWASP ASVS 4.2, 13.1.3).
    { requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
    createApp(service, pages ? { pages } : {}),
  );
  await listen(server, service.configuration.port, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host ?? 'localhost'}:${port}`,
    stop() {
      service.stopping.abort();
      stopping ??= drain(server).then(() => service.close());
      return stopping;
    },
  };
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

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_DEADLINE);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
