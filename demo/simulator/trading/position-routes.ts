import { type Request, Router } from 'express';
import { ApiError, badRequest, notFound, unprocessable } from '../api/api-error.ts';
import { accountOf, requireScope } from '../api/bearer.ts';
import { decimal, round } from '../api/decimal.ts';
import { queryText } from '../api/query.ts';
import { type Asset, findAsset, plainSymbol } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { startOfDay } from '../market/trading-day.ts';
import type { Account } from './account.ts';
import { availableQty } from './buying-power.ts';
import { type Holding, ledgerOf } from './holdings.ts';
import { isOpen, type Order, orderAnswer } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import { readOrderTicket } from './order-ticket.ts';

interface Position {
  asset: Asset;
  holding: Holding;
}

/** Reading and closing positions. Closing is a market order like any other. */
export function positionRoutes(prices: PriceWalk, desk: OrderDesk): Router {
  const router = Router();
  router.get('/positions', (_request, response) => {
    const account = accountOf(response);
    const now = Date.now();
    response.json(
      positionsOf(account).map(({ asset, holding }) => positionAnswer(account, asset, holding, prices, now)),
    );
  });
  router.get('/positions/:symbolOrId', (request, response) => {
    const account = accountOf(response);
    const { asset, holding } = positionNamed(account, request.params.symbolOrId);
    response.json(positionAnswer(account, asset, holding, prices, Date.now()));
  });
  router.delete('/positions', requireScope('trading'), (request, response) => {
    const account = accountOf(response);
    if (queryText(request, 'cancel_orders') === 'true') cancelAll(account, desk);
    const closed = positionsOf(account).map((position) => closeOneOfAll(account, position, desk));
    response.status(207).json(closed);
  });
  router.delete('/positions/:symbolOrId', requireScope('trading'), (request, response) => {
    const account = accountOf(response);
    const position = positionNamed(account, String(request.params['symbolOrId']));
    const order = sell(account, position.asset, qtyToClose(request, position.holding), desk);
    response.json(orderAnswer(order));
  });
  return router;
}

function positionsOf(account: Account): Position[] {
  return [...ledgerOf(account).holdings.values()].flatMap((holding) => {
    const asset = findAsset(holding.symbol);
    return asset === undefined ? [] : [{ asset, holding }];
  });
}

function positionNamed(account: Account, symbolOrId: string): Position {
  const asset = findAsset(symbolOrId);
  const position = positionsOf(account).find((held) => held.asset === asset);
  if (position === undefined) throw notFound('position does not exist');
  return position;
}

function sell(account: Account, asset: Asset, qty: number, desk: OrderDesk): Order {
  const ticket = readOrderTicket({
    symbol: asset.symbol,
    side: 'sell',
    type: 'market',
    time_in_force: asset.class === 'crypto' ? 'gtc' : 'day',
    qty: decimal(qty, 9),
  });
  return desk.place(account, ticket);
}

/** One position that cannot be closed does not stop the others: each has its own status in the 207. */
function closeOneOfAll(account: Account, { asset, holding }: Position, desk: OrderDesk) {
  const symbol = plainSymbol(asset);
  try {
    return { symbol, status: 200, body: orderAnswer(sell(account, asset, holding.qty, desk)) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { symbol, status: error.status, body: { code: error.code, message: error.message } };
  }
}

function cancelAll(account: Account, desk: OrderDesk): void {
  desk.endAll(account, account.orders.filter(isOpen), 'canceled');
}

/** `qty` or `percentage` of the position, or all of it. */
function qtyToClose(request: Request, holding: Holding): number {
  const qty = queryText(request, 'qty');
  const percentage = queryText(request, 'percentage');
  if (qty !== undefined && percentage !== undefined)
    throw badRequest('only one of qty or percentage is accepted');
  if (qty !== undefined) return positive('qty', qty);
  if (percentage === undefined) return holding.qty;
  const share = positive('percentage', percentage);
  if (share > 100) throw unprocessable('percentage must be <= 100');
  return (holding.qty * share) / 100;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw unprocessable(`${name} must be > 0`);
  return value;
}

/** The holding as `GET /v2/positions` writes it; "intraday" is since midnight in New York. */
function positionAnswer(account: Account, asset: Asset, holding: Holding, prices: PriceWalk, now: number) {
  const price = prices.at(asset, now);
  const lastDayPrice = prices.at(asset, startOfDay(now));
  const value = round(holding.qty * price);
  const lastDayValue = round(holding.qty * lastDayPrice);
  return {
    asset_id: asset.id,
    symbol: plainSymbol(asset),
    exchange: asset.exchange,
    asset_class: asset.class,
    asset_marginable: false,
    qty: decimal(holding.qty, 9),
    qty_available: decimal(availableQty(account, asset.symbol, prices, now), 9),
    side: 'long',
    avg_entry_price: decimal(holding.cost / holding.qty, 6),
    cost_basis: decimal(holding.cost),
    market_value: decimal(value),
    current_price: decimal(price),
    lastday_price: decimal(lastDayPrice),
    change_today: decimal(price / lastDayPrice - 1, 6),
    unrealized_pl: decimal(value - holding.cost),
    unrealized_plpc: decimal(value / holding.cost - 1, 6),
    unrealized_intraday_pl: decimal(value - lastDayValue),
    unrealized_intraday_plpc: decimal(price / lastDayPrice - 1, 6),
  };
}
