import { json, Router } from 'express';
import type { PriceWalk } from '../market/price-walk.ts';
import { accountRoutes } from './account-routes.ts';
import { assetRoutes } from './asset-routes.ts';
import { clockRoutes } from './clock-routes.ts';
import type { OrderDesk } from './order-desk.ts';
import { orderRoutes } from './order-routes.ts';
import { positionRoutes } from './position-routes.ts';
import { watchlistRoutes } from './watchlist-routes.ts';

/** What the Trading API stands on. */
export interface Trading {
  prices: PriceWalk;
  desk: OrderDesk;
  /** Called after a change that is not a trade: configurations and watchlists. */
  save: () => void;
}

/** The Trading API, the same for paper and live. Every handler finds its account with `accountOf`. */
export function tradingRoutes({ prices, desk, save }: Trading): Router {
  const router = Router();
  // Alpaca reads a body as JSON whatever its content type says.
  router.use(json({ type: () => true }));
  router.use('/v2', accountRoutes(prices, save));
  router.use('/v2', clockRoutes());
  router.use('/v2', assetRoutes());
  router.use('/v2', positionRoutes(prices, desk));
  router.use('/v2', orderRoutes(desk));
  router.use('/v2', watchlistRoutes(save));
  return router;
}
