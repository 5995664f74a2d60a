import { Router } from 'express';
import { accountOf } from '../api/bearer.ts';
import { decimal } from '../api/decimal.ts';
import { streamEvents } from '../api/event-stream.ts';
import { stableUlid } from '../ids.ts';
import { findAsset } from '../market/assets.ts';
import { DAY, dateOf } from '../market/trading-day.ts';
import type { Fill } from './fill.ts';

/** `/v2beta1/events/activities`: the fills of the account, as they happen. */
export function activityEventRoutes(): Router {
  const router = Router();
  router.get('/activities', (request, response) => {
    const account = accountOf(response);
    streamEvents(request, response, () => account.fills.map(activityEvent));
  });
  return router;
}

/** An activity id is a time, two colons and the UUID of the execution. */
function activityEvent(fill: Fill) {
  const { id, orderId, symbol, side, qty, price, time } = fill;
  const at = new Date(time).toISOString();
  return {
    event_id: stableUlid(time, id),
    at,
    activity_type: 'TRD',
    ref_id: id.split('::')[1] ?? '',
    executed_at: at,
    settle_date: dateOf(time + DAY),
    status: 'executed',
    currency: 'USD',
    qty: decimal(qty, 9),
    price: decimal(price),
    net_amount: decimal(side === 'buy' ? -qty * price : qty * price),
    details: {
      execution_type: 'fill',
      asset_id: findAsset(symbol)?.id,
      symbol,
      side,
      order_id: orderId,
      order_status: fill.leavesQty === 0 ? 'filled' : 'partially_filled',
      cum_qty: decimal(fill.cumQty, 9),
      leaves_qty: decimal(fill.leavesQty, 9),
    },
  };
}
