import type { Router } from 'express';
import type { Logger } from 'pino';
import type { Configuration } from './configuration/configuration.ts';
import { processEnvironment } from './configuration/process-environment.ts';
import { readConfiguration } from './configuration/read-configuration.ts';
import { connectRouter } from './connect-router.ts';
import { createLogger } from './log/create-logger.ts';
import { createService } from './service.ts';

export interface AlpacaConnectOptions {
  /** Default: `readConfiguration()` of the environment variables and `.env`. */
  configuration?: Configuration;
  /** Default: JSON lines on standard output. */
  log?: Logger;
}

/** An Express router with every route of the contract, and a way to end what it holds. */
export type AlpacaConnectRouter = Router & {
  /** Ends upstream calls and closes the session store. Call it after the HTTP server has closed. */
  close(): Promise<void>;
};

/**
 * The integration for an Express app of your own: `app.use('/alpaca', alpacaConnect())`.
 *
 * Mount it at `/alpaca` and before any body parser: the proxy streams bodies that a parser would have eaten.
 * @throws ConfigurationError that lists every problem of the configuration.
 */
export function alpacaConnect(options: AlpacaConnectOptions = {}): AlpacaConnectRouter {
  const configuration = options.configuration ?? readConfiguration(processEnvironment());
  const service = createService(configuration, options.log ?? createLogger());
  return Object.assign(connectRouter(service), { close: () => service.close() });
}
