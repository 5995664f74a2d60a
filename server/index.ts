export { type AlpacaConnectOptions, type AlpacaConnectRouter, alpacaConnect } from './alpaca-connect.ts';
export type { Configuration, LiveRule } from './configuration/configuration.ts';
export { ConfigurationError } from './configuration/configuration-error.ts';
export { readConfiguration } from './configuration/read-configuration.ts';
export type * from './contract.ts';
export { createLogger } from './log/create-logger.ts';
export { createService, type Service } from './service.ts';
export { type RunningServer, type StartOptions, startServer } from './start-server.ts';
