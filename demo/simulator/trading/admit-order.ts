import { ApiError, malformed } from '../api/api-error.ts';
import { decimal } from '../api/decimal.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import type { Account } from './account.ts';
import { availableQty, buyingPower, costBasis, wantedQty } from './buying-power.ts';
import type { OrderTicket } from './order-ticket.ts';

/**
 * Lets an order pass that the account can pay for, or has the shares for.
 * @throws ApiError 403 without the money or the shares, 422 for a `client_order_id` that was used before
 */
export function admitOrder(account: Account, ticket: OrderTicket, prices: PriceWalk, now: number): void {
  if (account.orders.some(({ clientOrderId }) => clientOrderId === ticket.clientOrderId))
    throw malformed('client_order_id must be unique');
  if (account.configurations.suspend_trade)
    throw new ApiError(403, 40310000, 'new orders are rejected by user request');
  if (ticket.side === 'buy') checkMoney(account, ticket, prices, now);
  else checkShares(account, ticket, prices, now);
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
