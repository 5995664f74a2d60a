/**
 * What an app of your own can import. The declarations of this file name no type of Express or of another package that
 * brings none of its own: where `@types/express` is not installed, such a type is silently `any`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { DestinationStream, Logger } from 'pino';
import { connectionsOfUser, endAllOfUser } from './away.ts';
import { processVariables, readConfiguration } from './config-reader.ts';
import type { Configuration } from './configuration.ts';
import { connectionOf, connectionsOf } from './connections.ts';
import type { Environment } from './contract.ts';
import type { Hooks } from './hooks.ts';
import { createLogger as jsonLogger } from './http/log.ts';
import { connectRouter } from './routes.ts';
import type { ServerConnection } from './server-connection.ts';
import { createService } from './service.ts';
import type { RecordBackend } from './session/records.ts';

export { ConfigurationError, readConfiguration } from './config-reader.ts';
export type { Configuration } from './configuration.ts';
export type * from './contract.ts';
export type { ConnectEvent, DisconnectEvent, DisconnectReason, Hooks } from './hooks.ts';
export type { LiveRule } from './providers.ts';
export type { ServerConnection } from './server-connection.ts';
export type { RecordBackend, ReplaceOptions } from './session/records.ts';

/**
 * With `getUser`, `onConnect` and `onDisconnect`: see `Hooks`. A mounted router gives `getUser` Express' request; say so in
 * its type: `getUser: (request: express.Request) => …`.
 */
export interface AlpacaConnectOptions<Incoming extends IncomingMessage = IncomingMessage>
  extends Hooks<Incoming> {
  /** Default: `readConfiguration()` of the environment variables and `.env`. */
  configuration?: Configuration;
  /** Default: JSON lines on standard output. */
  log?: Logger;
  /** Where sealed records are kept. Default: what the configuration names. */
  backend?: RecordBackend;
}

/** Middleware for `app.use()` with every route of the contract, and what the app around it may ask of it. */
export interface AlpacaConnectRouter {
  (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
  /**
   * The connection of the person behind a request of the app's own, with its token; undefined when there is none that
   * Alpaca still accepts. The token must never reach a browser, nor a log.
   * @param id Which one, where there may be several. Default: the one that the request names in `X-Alpaca-Connection`, or
   * the only one.
   * @throws PublicError 403 `origin_not_allowed` or `live_not_allowed`, 409 `connection_ambiguous`, 500 when `getUser`
   * fails, 503 when the store does.
   */
  connectionOf(
    request: IncomingMessage,
    environment: Environment,
    id?: string,
  ): Promise<ServerConnection | undefined>;
  /** All that `connectionOf()` would give, one by one. */
  connectionsOf(request: IncomingMessage): Promise<ServerConnection[]>;
  /**
   * What the app may use for a person of its own while they are away, with tokens, under the rules of today. Each ends at its
   * `until`, and before when the person ends it or disconnects the account, when Alpaca revokes it, or with `endAllOfUser()`: ask
   * anew before each use, and keep no token. Needs `getUser` and `AWAY_DAYS`.
   * @param user As `getUser` names them.
   * @throws TypeError for what is no id, PublicError 503 when the store fails.
   */
  connectionsOfUser(user: string): Promise<ServerConnection[]>;
  /**
   * Ends all that `connectionsOfUser()` gives, on every server, before it resolves: for somebody who leaves, or who is locked out.
   * The connections in the sessions of their browsers stay.
   * @throws TypeError for what is no id, PublicError 503 when the store fails: then nothing may have ended.
   */
  endAllOfUser(user: string): Promise<void>;
  /** Ends streams and whatever else only waits, which an HTTP server that closes would wait for. The rest is still answered. */
  drain(): void;
  /** Ends upstream calls and closes the session store. Call it after the HTTP server has closed. */
  close(): Promise<void>;
}

/**
 * The integration for an Express app of your own: `app.use('/alpaca', alpacaConnect())`.
 *
 * Mount it at `/alpaca`, after the app's own session (`getUser` gets the request as that left it) and before any body
 * parser (the proxy streams bodies that a parser would have eaten).
 * @throws ConfigurationError that lists every problem of the configuration.
 */
export function alpacaConnect<Incoming extends IncomingMessage = IncomingMessage>({
  configuration = readConfiguration(processVariables()),
  log = jsonLogger(),
  backend,
  ...hooks
}: AlpacaConnectOptions<Incoming> = {}): AlpacaConnectRouter {
  const service = createService(configuration, log, {
    ...(backend ? { backend } : {}),
    // The router gets no other requests than those of the app that it is mounted in, the proxied ones included.
    hooks: hooks as Hooks,
  });
  const router = connectRouter(service);
  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    // Express calls it, and with nothing but its own.
    router(request as Request, response as Response, next);
  };
  return Object.assign(answer, {
    connectionOf: (request: IncomingMessage, environment: Environment, id?: string) =>
      connectionOf(service, request, environment, id),
    connectionsOf: (request: IncomingMessage) => connectionsOf(service, request),
    connectionsOfUser: (user: string) => connectionsOfUser(service, user),
    endAllOfUser: (user: string) => endAllOfUser(service, user),
    drain() {
      service.draining.abort();
      service.stopping.abort();
    },
    close: () => service.close(),
  });
}

/** The server's log, JSON lines on standard output, for an app that writes its own lines into it. */
export const createLogger: (destination?: DestinationStream) => Logger = jsonLogger;
