import { round } from '../api/decimal.ts';
import { findAsset } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import type { Account } from './account.ts';
import { ledgerOf } from './holdings.ts';
import { isOpen, type Order, unfilled } from './order.ts';

/** A market order reserves one per cent more than the price of the moment: it fills a little later. */
const MARKET_RESERVE = 1.01;

type Size = Pick<Order, 'symbol' | 'side' | 'qty' | 'notional' | 'limitPrice' | 'stopPrice'>;

/** Cash that no resting buy order has reserved, in dollars. The simulated accounts have no margin. */
export function buyingPower(account: Account, prices: PriceWalk, now: number): number {
  const reserved = account.orders
    .filter((order) => isOpen(order) && order.side === 'buy')
    .reduce((sum, order) => sum + costBasis(unfilled(order), prices, now), 0);
  return Math.max(0, round(ledgerOf(account).cash - reserved));
}

/** What an order may cost, in dollars. */
export function costBasis(order: Size, prices: PriceWalk, now: number): number {
  if (order.notional !== null) return order.notional;
  const fixed = order.limitPrice ?? order.stopPrice;
  const price = fixed ?? priceOf(order.symbol, prices, now) * MARKET_RESERVE;
  return round((order.qty ?? 0) * price);
}

/** How much of an asset no resting sell order holds. */
export function availableQty(account: Account, symbol: string, prices: PriceWalk, now: number): number {
  const held = ledgerOf(account).holdings.get(symbol)?.qty ?? 0;
  const promised = account.orders
    .filter((order) => isOpen(order) && order.side === 'sell' && order.symbol === symbol)
    .reduce((sum, order) => sum + wantedQty(unfilled(order), prices, now), 0);
  return Math.max(0, round(held - promised, 9));
}

/** The quantity of an order; for a dollar amount, what that is at the price of the moment. */
export function wantedQty(order: Size, prices: PriceWalk, now: number): number {
  if (order.qty !== null) return order.qty;
  return round((order.notional ?? 0) / priceOf(order.symbol, prices, now), 9);
}

function priceOf(symbol: string, prices: PriceWalk, now: number): number {
  const asset = findAsset(symbol);
  return asset === undefined ? 0 : prices.at(asset, now);
}
