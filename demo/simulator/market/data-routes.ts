import { Router } from 'express';
import { requireScope } from '../api/bearer.ts';
import { corporateActionRoutes } from '../corporate-actions/corporate-action-routes.ts';
import { forexRoutes } from '../forex/forex-routes.ts';
import { newsRoutes } from '../news/news-routes.ts';
import { optionDataRoutes } from '../options/option-data-routes.ts';
import { screenerRoutes } from '../screener/screener-routes.ts';
import { cryptoRoutes } from './crypto-routes.ts';
import { logoRoutes } from './logo-routes.ts';
import type { PriceWalk } from './price-walk.ts';
import { stockRoutes } from './stock-routes.ts';

/** The Market Data API. Everything but crypto needs scope `data`. */
export function dataRoutes(prices: PriceWalk): Router {
  const router = Router();
  router.use('/v1beta3/crypto', cryptoRoutes(prices));
  router.use(requireScope('data'));
  router.use('/v2/stocks', stockRoutes(prices));
  router.use('/v1beta1/options', optionDataRoutes(prices));
  router.use('/v1beta1/forex', forexRoutes(prices));
  router.use('/v1beta1/news', newsRoutes(prices));
  router.use('/v1beta1/screener', screenerRoutes(prices));
  router.use('/v1beta1/logos', logoRoutes());
  router.use(corporateActionRoutes());
  return router;
}
