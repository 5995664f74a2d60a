import { json, Router } from 'express';
import { requireScope } from './api/bearer.ts';
import { exampleRoutes } from './example-routes.ts';
import { cryptoRoutes } from './market/crypto-routes.ts';
import type { PriceWalk } from './market/price-walk.ts';
import { stockRoutes } from './market/stock-routes.ts';
import { accountRoutes } from './trading/account-routes.ts';
import { activityEventRoutes } from './trading/activity-events.ts';
import { assetRoutes } from './trading/asset-routes.ts';
import { clockRoutes } from './trading/clock-routes.ts';
import type { OrderDesk } from './trading/order-desk.ts';
import { orderRoutes } from './trading/order-routes.ts';
import { positionRoutes } from './trading/position-routes.ts';
import { watchlistRoutes } from './trading/watchlist-routes.ts';

/** What the Trading API stands on. */
export interface Trading {
  prices: PriceWalk;
  desk: OrderDesk;
  /** Called after a change that is not a trade: configurations and watchlists. */
  save: () => void;
}

/** Everything that a trading host answers, the same for paper and live. Every handler finds its account with `accountOf`. */
export function tradingHost({ prices, desk, save }: Trading): Router {
  const router = Router();
  // Alpaca reads a body as JSON whatever its content type says.
  router.use(json({ type: () => true }));
  router.use('/v2', accountRoutes(prices, save));
  router.use('/v2', clockRoutes());
  router.use('/v2', assetRoutes());
  router.use('/v2', positionRoutes(prices, desk));
  router.use('/v2', orderRoutes(desk));
  router.use('/v2', watchlistRoutes(save));
  router.use('/v2beta1/events', activityEventRoutes());
  router.use(exampleRoutes('trading'));
  return router;
}

/** The Market Data API. Everything but crypto needs scope `data`. */
export function dataHost(prices: PriceWalk): Router {
  const router = Router();
  router.use('/v1beta3/crypto', cryptoRoutes(prices));
  router.use(requireScope('data'));
  router.use('/v2/stocks', stockRoutes(prices));
  router.use(exampleRoutes('data'));
  return router;
}
