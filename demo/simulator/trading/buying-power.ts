import { ApiError, malformed } from '../api/api-error.ts';
import { decimal, round } from '../api/decimal.ts';
import { findAsset } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { type Account, mayTrade } from './account.ts';
import { ledgerOf } from './holdings.ts';
import { isOpen, type Order, unfilled } from './order.ts';
import type { OrderTicket } from './order-ticket.ts';

/** A market order reserves one per cent more than the price of the moment: it fills a little later. */
const MARKET_RESERVE = 1.01;

type Size = Pick<Order, 'symbol' | 'side' | 'qty' | 'notional' | 'limitPrice' | 'stopPrice'>;

/**
 * Lets an order pass that the account can pay for, or has the shares for.
 * @throws ApiError 403 when the account may not trade or is without the money or the shares, 422 for a `client_order_id` that was used before
 */
export function admitOrder(account: Account, ticket: OrderTicket, prices: PriceWalk, now: number): void {
  if (account.orders.some(({ clientOrderId }) => clientOrderId === ticket.clientOrderId))
    throw malformed('client_order_id must be unique');
  if (account.configurations.suspend_trade)
    throw new ApiError(403, 40310000, 'new orders are rejected by user request');
  if (!mayTrade(account)) throw new ApiError(403, 40310000, 'account is not allowed to trade');
  if (!account.configurations.fractional_trading && isFractionOfStock(ticket))
    throw new ApiError(403, 40310000, 'account is not allowed to trade fractions of shares');
  if (ticket.side === 'buy') checkMoney(account, ticket, prices, now);
  else checkShares(account, ticket, prices, now);
}

function isFractionOfStock({ symbol, qty }: OrderTicket): boolean {
  return findAsset(symbol)?.class === 'us_equity' && !Number.isInteger(qty);
}

function checkMoney(account: Account, ticket: OrderTicket, prices: PriceWalk, now: number): void {
  const cost = costBasis(ticket, prices, now);
  const power = buyingPower(account, prices, now);
  if (cost <= power) return;
  throw new ApiError(403, 40310000, 'insufficient buying power', {
    buying_power: decimal(power),
    cost_basis: decimal(cost),
  });
}

function checkShares(account: Account, ticket: OrderTicket, prices: PriceWalk, now: number): void {
  const requested = wantedQty(ticket, prices, now);
  const available = availableQty(account, ticket.symbol, prices, now);
  if (requested <= available) return;
  const detail = `(requested: ${decimal(requested, 9)}, available: ${decimal(available, 9)})`;
  throw new ApiError(403, 40310000, `insufficient qty available for order ${detail}`);
}

/** Cash that no resting buy order has reserved, in dollars. The simulated accounts have no margin. */
export function buyingPower(account: Account, prices: PriceWalk, now: number): number {
  const reserved = account.orders
    .filter((order) => isOpen(order) && order.side === 'buy')
    .reduce((sum, order) => sum + costBasis(unfilled(order), prices, now), 0);
  return Math.max(0, round(ledgerOf(account).cash - reserved));
}

/** What an order may cost, in dollars. */
function costBasis(order: Size, prices: PriceWalk, now: number): number {
  if (order.notional !== null) return order.notional;
  const fixed = order.limitPrice ?? order.stopPrice;
  const price = fixed ?? priceOf(order.symbol, prices, now) * MARKET_RESERVE;
  return round((order.qty ?? 0) * price);
}

/** How much of an asset no resting order is going to sell. */
export function availableQty(account: Account, symbol: string, prices: PriceWalk, now: number): number {
  const held = ledgerOf(account).holdings.get(symbol)?.qty ?? 0;
  const promised = account.orders
    .filter((order) => isOpen(order) && order.symbol === symbol)
    .reduce((sum, order) => sum + promisedQty(order, prices, now), 0);
  return Math.max(0, round(held - promised, 9));
}

/**
 * What an open order is going to sell. A held leg sells nothing of its own: what its bracket or oto order has bought so far
 * is kept for it, and then for the leg that is on the market.
 */
function promisedQty(order: Order, prices: PriceWalk, now: number): number {
  if (order.side === 'buy') return order.orderClass === 'simple' ? 0 : order.filledQty;
  return order.status === 'held' ? 0 : wantedQty(unfilled(order), prices, now);
}

/** The quantity of an order; for a dollar amount, what that is at the price of the moment. */
function wantedQty(order: Size, prices: PriceWalk, now: number): number {
  if (order.qty !== null) return order.qty;
  return round((order.notional ?? 0) / priceOf(order.symbol, prices, now), 9);
}

function priceOf(symbol: string, prices: PriceWalk, now: number): number {
  const asset = findAsset(symbol);
  return asset === undefined ? 0 : prices.at(asset, now);
}
