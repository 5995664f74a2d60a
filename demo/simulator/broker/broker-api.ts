import { createServer } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { asApiError, notFound } from '../api/api-error.ts';
import { misbehave } from '../control/faults.ts';
import { listen, stop } from '../listen.ts';
import type { AccessTokens } from '../oauth/access-tokens.ts';
import type { AuthorizationCodes } from '../oauth/authorization-codes.ts';
import type { Account } from '../trading/account.ts';
import { type BrokerClient, SIMULATOR_BROKER_CLIENT } from './broker-client.ts';
import { BrokerControl, brokerControlRoutes } from './broker-control.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { type Partner, PartnerCredentials, SIMULATOR_PARTNER } from './partner-credentials.ts';

/** What the simulated Broker API can be told when it starts. */
export interface BrokerApiOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** The broker partner that may call it. `SIMULATOR_PARTNER` unless told otherwise. */
  partner?: Partner;
  /** The apps that may connect the partner's end users. `SIMULATOR_BROKER_CLIENT` alone unless told otherwise. */
  clients?: readonly BrokerClient[];
}

/** The simulated Broker API of one broker partner, as far as OAuth goes. */
export interface BrokerApi extends AsyncDisposable {
  /** In place of `https://broker-api.alpaca.markets`. */
  url: string;
  /** Where the partner gets its own access tokens, in place of `https://authx.alpaca.markets/v1/oauth2/token`. */
  tokenUrl: string;
  control: BrokerControl;
  /** Ends every connection. May be called twice. */
  close(): Promise<void>;
}

/** What the Broker API shares with the simulator that it belongs to. */
interface BrokerApiParts {
  host: string;
  /** The accounts of the partner's end users. */
  accounts: readonly Account[];
  codes: AuthorizationCodes;
  tokens: AccessTokens;
  revoke: (token: string) => boolean;
}

/** Starts it and resolves when it listens. @throws Error when the port is taken */
export async function startBrokerApi(
  { host, ...parts }: BrokerApiParts,
  { port = 0, partner = SIMULATOR_PARTNER, clients = [SIMULATOR_BROKER_CLIENT] }: BrokerApiOptions,
): Promise<BrokerApi> {
  let url = '';
  const credentials = new PartnerCredentials(partner, () => `${url}/v1/oauth2/token`);
  const control = new BrokerControl(clients, () => credentials.expire());
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use('/control', brokerControlRoutes(control));
  app.use(noteRequest(control));
  app.use(misbehave(control));
  app.use(credentials.route());
  app.use('/v1/oauth', credentials.require, oauthRoutes({ control, ...parts }));
  app.use(() => {
    throw notFound('endpoint not found');
  });
  app.use(sendText);

  const server = createServer(app);
  url = await listen(server, port, host);
  const close = () => stop(server);
  return { url, tokenUrl: `${url}/v1/oauth2/token`, control, close, [Symbol.asyncDispose]: close };
}

/** Without what follows `/token/`: it is one. */
function noteRequest({ log }: BrokerControl): RequestHandler {
  return function note({ method, path }, response, next) {
    log.note(method, path.replace(/(?<=\/token\/).+/, '…'), response);
    next();
  };
}

/** The Broker API's errors are a JSON text each, which begins with Alpaca's code. */
const sendText: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const { status, code, message } = asApiError(error);
  response.status(status).json(`${code}: ${message}`);
};
