import express, { type Express, Router } from 'express';
import type { Api } from '../../server/contract.ts';
import { notFound } from './api/api-error.ts';
import { identifyBearer, requireToken } from './api/bearer.ts';
import type { RateLimit } from './api/rate-limit.ts';
import { nameRequest } from './api/request-id.ts';
import { sendApiError } from './api/send-api-error.ts';
import type { Control } from './control/control.ts';
import { controlRoutes } from './control/control-routes.ts';
import { misbehave } from './control/faults.ts';
import { dataRoutes } from './market/data-routes.ts';
import type { AccessTokens } from './oauth/access-tokens.ts';
import { AuthorizationCodes } from './oauth/authorization-codes.ts';
import { authorizeRoute } from './oauth/authorize-route.ts';
import type { Client } from './oauth/client.ts';
import { tokenRoute } from './oauth/token-route.ts';
import type { Account } from './trading/account.ts';
import type { Trading } from './trading/trading-routes.ts';
import { tradingHostRoutes } from './trading-host-routes.ts';

export interface AppParts {
  clients: readonly Client[];
  accounts: readonly Account[];
  tokens: AccessTokens;
  trading: Trading;
  rateLimit: RateLimit;
  control: Control;
}

/** The simulated Alpaca, in the order in which a request meets its parts. Each of Alpaca's hosts is a path prefix. */
export function createApp({ clients, accounts, tokens, trading, rateLimit, control }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  const codes = new AuthorizationCodes();

  app.use('/control', controlRoutes(control));
  app.use(control.log.handler);
  app.use(misbehave(control));

  app.use('/oauth', authorizeRoute(clients, accounts, codes, control));
  app.use('/oauth', tokenRoute(clients, codes, tokens));

  app.use('/paper', host('paper', tradingHostRoutes(trading)));
  app.use('/live', host('live', tradingHostRoutes(trading)));
  app.use('/data', host('data', dataRoutes(trading.prices)));

  app.use(() => {
    throw notFound('endpoint not found');
  });
  app.use(sendApiError);
  return app;

  function host(api: Api, routes: Router): Router {
    const checks = [nameRequest, identifyBearer(tokens), rateLimit.handler, requireToken(api, accounts)];
    return Router().use(...checks, routes);
  }
}
