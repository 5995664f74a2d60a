/**
 * A broker partner's own OAuth service, for its Express app. The declarations of this file name no type of Express or of another
 * package that brings none of its own.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { brokerRouter } from './broker-routes.ts';
import { createBrokerService } from './broker-service.ts';
import { serveMetadata } from './metadata.ts';
import { type BrokerOAuthOptions, readBrokerOptions } from './options.ts';

export { ConfigurationError } from '../config-reader.ts';
export type { RecordBackend } from '../session/records.ts';
export type {
  BrokerAccount,
  BrokerClientOptions,
  BrokerGrantEvent,
  BrokerOAuthOptions,
  BrokerStoreOptions,
  BrokerUser,
  PartnerAuthentication,
} from './options.ts';

/** Middleware for `app.use()`. */
export type BrokerMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

export interface BrokerOAuthRouter extends BrokerMiddleware {
  /** Closes the store. Call it after the HTTP server has closed. */
  close(): Promise<void>;
}

/**
 * The service itself: authorize, consent, token, revoke and the person's own list of apps. Mount it at the path of `issuer`, as in
 * `app.use('/oauth', brokerOAuth(options))`, after the app's own session, and `brokerMetadata()` beside it.
 *
 * @throws ConfigurationError that lists every problem of the options; Error when the store cannot be opened.
 */
export function brokerOAuth<
  Incoming extends IncomingMessage = IncomingMessage,
  Outgoing extends ServerResponse = ServerResponse,
>(options: BrokerOAuthOptions<Incoming, Outgoing>): BrokerOAuthRouter {
  const service = createBrokerService(readBrokerOptions(options));
  const router = brokerRouter(service);
  const answer: BrokerMiddleware = (request, response, next) => {
    // Express calls it, and with nothing but its own.
    router(request as Request, response as Response, next);
  };
  return Object.assign(answer, { close: () => service.close() });
}

/**
 * The metadata by which apps find the service (RFC 8414), for the root of the host, outside of the mount: `app.use(brokerMetadata(options))`.
 * @throws ConfigurationError as `brokerOAuth()`.
 */
export function brokerMetadata<
  Incoming extends IncomingMessage = IncomingMessage,
  Outgoing extends ServerResponse = ServerResponse,
>(options: BrokerOAuthOptions<Incoming, Outgoing>): BrokerMiddleware {
  const serve = serveMetadata(readBrokerOptions(options));
  return (request, response, next) => {
    serve(request as Request, response as Response, next);
  };
}
