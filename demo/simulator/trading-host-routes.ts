import { Router } from 'express';
import { calendarRoutes } from './calendar/calendar-routes.ts';
import { announcementRoutes } from './corporate-actions/announcement-routes.ts';
import { activityEventRoutes } from './events/activity-event-routes.ts';
import { locateRoutes } from './locates/locate-routes.ts';
import { contractRoutes } from './options/contract-routes.ts';
import { tokenizationRoutes } from './tokenization/tokenization-routes.ts';
import { type Trading, tradingRoutes } from './trading/trading-routes.ts';
import { walletRoutes } from './wallets/wallet-routes.ts';

/**
 * Everything that the trading host answers. What stands after the Trading API proper touches no cash, order or position;
 * the bodies were parsed on the way there.
 */
export function tradingHostRoutes(trading: Trading): Router {
  const router = Router();
  router.use(tradingRoutes(trading));
  router.use('/v1/locates', locateRoutes());
  router.use('/v2/wallets', walletRoutes());
  router.use('/v2/tokenization', tokenizationRoutes());
  router.use('/v2/corporate_actions/announcements', announcementRoutes());
  router.use('/v2beta1/events', activityEventRoutes());
  router.use('/v3', calendarRoutes());
  router.use(contractRoutes(trading.prices));
  return router;
}
