import { randomBytes } from 'node:crypto';
import express, { type Express, type RequestHandler, Router } from 'express';
import type { Api } from '../../server/contract.ts';
import { notFound, sendApiError } from './api/api-error.ts';
import { requireApproval } from './api/approval.ts';
import { identifyBearer, requireToken } from './api/bearer.ts';
import type { RateLimit } from './api/rate-limit.ts';
import type { Control } from './control/control.ts';
import { controlRoutes } from './control/control-routes.ts';
import { misbehave } from './control/faults.ts';
import { dataHost, type Trading, tradingHost } from './hosts.ts';
import type { AccessTokens } from './oauth/access-tokens.ts';
import type { AuthorizationCodes } from './oauth/authorization-codes.ts';
import { authorizeRoute } from './oauth/authorize-route.ts';
import type { Client } from './oauth/client.ts';
import { tokenRoute } from './oauth/token-route.ts';
import { type Account, hostOf, type TradingHost } from './trading/account.ts';

interface AppParts {
  clients: readonly Client[];
  /** The apps of a broker partner, whose codes are redeemed here too. */
  partnerClients: () => readonly Client[];
  codes: AuthorizationCodes;
  accounts: readonly Account[];
  tokens: AccessTokens;
  trading: Trading;
  rateLimit: RateLimit;
  control: Control;
}

/** The simulated Alpaca, in the order in which a request meets its parts. Each of Alpaca's hosts is a path prefix. */
export function createApp(parts: AppParts): Express {
  const { clients, partnerClients, accounts, codes, tokens, trading, rateLimit, control } = parts;
  const own = accounts.filter(({ endUser }) => endUser === undefined);
  const app = express();
  app.disable('x-powered-by').disable('etag');

  app.use('/control', controlRoutes(control));
  app.use(control.log.handler);
  app.use(misbehave(control));

  app.use('/oauth', authorizeRoute(clients, own, codes, control));
  app.use(
    '/oauth',
    tokenRoute(() => [...clients, ...partnerClients()], codes, tokens),
  );

  app.use('/paper', host('paper', tradingHost(trading), 'paper'));
  app.use('/live', host('live', tradingHost(trading), 'live'));
  app.use('/sandbox', host('paper', tradingHost(trading), 'sandbox'));
  app.use('/data', host('data', dataHost(trading.prices)));

  app.use(() => {
    throw notFound('endpoint not found');
  });
  app.use(sendApiError);
  return app;

  function host(api: Api, routes: Router, name?: TradingHost): Router {
    const here = accounts.filter((account) => hostOf(account) === name);
    const known = [nameRequest, identifyBearer(tokens), rateLimit.handler, requireToken(api, here)];
    return Router().use(...known, requireApproval(api, control), routes);
  }
}

/** Names the answer with 32 hex digits, as Alpaca does for its support. */
const nameRequest: RequestHandler = (_request, response, next) => {
  response.set('X-Request-ID', randomBytes(16).toString('hex'));
  next();
};
