import type { Request, Router } from 'express';
import type { Logger } from 'pino';
import type { Configuration } from './configuration/configuration.ts';
import { processEnvironment } from './configuration/process-environment.ts';
import { readConfiguration } from './configuration/read-configuration.ts';
import { connectRouter } from './connect-router.ts';
import { connectionOf } from './connection-of.ts';
import type { Environment } from './contract.ts';
import type { Hooks } from './hooks.ts';
import { createLogger } from './log/create-logger.ts';
import type { ServerConnection } from './server-connection.ts';
import { createService, type ServiceOptions } from './service.ts';

/** With `getUser`, `onConnect` and `onDisconnect`: see `Hooks`. */
export interface AlpacaConnectOptions extends Hooks<Request>, Omit<ServiceOptions, 'hooks'> {
  /** Default: `readConfiguration()` of the environment variables and `.env`. */
  configuration?: Configuration;
  /** Default: JSON lines on standard output. */
  log?: Logger;
}

/** An Express router with every route of the contract, and what the app around it may ask of it. */
export type AlpacaConnectRouter = Router & {
  /**
   * The connection of the person behind a request of the app's own, with its token; undefined when there is none. The
   * token must never reach a browser, nor a log. See `connectionOf()` for what it refuses.
   */
  connectionOf(request: Request, environment: Environment): Promise<ServerConnection | undefined>;
  /** Ends streams and whoever else only waits, which an HTTP server that closes would wait for. Others are still answered. */
  drain(): void;
  /** Ends upstream calls and closes the session store. Call it after the HTTP server has closed. */
  close(): Promise<void>;
};

/**
 * The integration for an Express app of your own: `app.use('/alpaca', alpacaConnect())`.
 *
 * Mount it at `/alpaca`, after the app's own session (`getUser` gets the request as that left it) and before any body
 * parser (the proxy streams bodies that a parser would have eaten).
 * @throws ConfigurationError that lists every problem of the configuration.
 */
export function alpacaConnect(options: AlpacaConnectOptions = {}): AlpacaConnectRouter {
  const { configuration, log, getUser, onConnect, onDisconnect, ...more } = options;
  // A mounted router gets no other request than Express', the proxied ones included.
  const hooks = { getUser, onConnect, onDisconnect } as Hooks;
  const service = createService(
    configuration ?? readConfiguration(processEnvironment()),
    log ?? createLogger(),
    { ...more, hooks },
  );
  return Object.assign(connectRouter(service), {
    connectionOf: (request: Request, environment: Environment) => connectionOf(service, request, environment),
    drain() {
      service.draining.abort();
      service.stopping.abort();
    },
    close: () => service.close(),
  });
}
