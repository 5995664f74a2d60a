import { randomInt, randomUUID } from 'node:crypto';
import { ApiError, malformed, notFound, unprocessable } from '../api/api-error.ts';
import { decimal } from '../api/decimal.ts';
import { findAsset } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import type { Account } from './account.ts';
import { availableQty, buyingPower, costBasis, wantedQty } from './buying-power.ts';
import { activityId } from './fill.ts';
import { type FilledMatch, matchOrder } from './match-order.ts';
import { isOpen, type Order } from './order.ts';
import type { OrderTicket } from './order-ticket.ts';

/** The delay before an order may fill, in milliseconds: long enough to be seen, short enough not to be waited for. */
const FILL_DELAY = { least: 300, most: 800 };

/** Takes, changes and fills orders. The only writer of `account.orders` and `account.fills`. */
export class OrderDesk {
  readonly #prices: PriceWalk;
  readonly #save: () => void;

  /** `save` is called once for each change, when it is complete. */
  constructor(prices: PriceWalk, save: () => void) {
    this.#prices = prices;
    this.#save = save;
  }

  /** @throws ApiError 403 without the money or the shares, 422 for a `client_order_id` that was used before */
  place(account: Account, ticket: OrderTicket): Order {
    refuseRepeated(account, ticket);
    this.#checkOrder(account, ticket);
    const order = addOrder(account, ticket, null);
    this.#save();
    return order;
  }

  /** @throws ApiError 404 */
  find(account: Account, id: string): Order {
    const order = account.orders.find((known) => known.id === id);
    if (order === undefined) throw notFound(`order not found for ${id}`);
    return order;
  }

  /** @throws ApiError 422 when it is no longer open */
  cancel(order: Order): void {
    refuseClosed(order);
    closeOrder(order, 'canceled');
    this.#save();
  }

  /**
   * Replaces an open order by a new one. The old one's reserve counts as free, and an order that cannot be
   * replaced stays as it was.
   * @throws ApiError as `place` does, and 422 when the order is no longer open
   */
  replace(account: Account, order: Order, ticket: OrderTicket): Order {
    refuseClosed(order);
    refuseRepeated(account, ticket);
    this.#checkOrder({ ...account, orders: account.orders.filter((other) => other !== order) }, ticket);
    const successor = addOrder(account, ticket, order.id);
    order.replacedBy = successor.id;
    closeOrder(order, 'replaced');
    this.#save();
    return successor;
  }

  /** Fills and triggers what the prices of the moment allow. */
  match(account: Account, now: number): void {
    let changed = false;
    for (const order of account.orders.filter(isOpen)) {
      const asset = findAsset(order.symbol);
      if (asset === undefined) continue;
      const match = matchOrder(order, this.#prices.at(asset, now), now);
      if (match.kind === 'trigger') order.triggered = true;
      if (match.kind === 'fill') fillOrder(account, order, match, now);
      changed ||= match.kind !== 'rest';
    }
    if (changed) this.#save();
  }

  #checkOrder(account: Account, ticket: OrderTicket): void {
    if (account.configurations.suspend_trade)
      throw new ApiError(403, 40310000, 'new orders are rejected by user request');
    if (ticket.side === 'buy') this.#checkMoney(account, ticket);
    else this.#checkShares(account, ticket);
  }

  #checkMoney(account: Account, ticket: OrderTicket): void {
    const cost = costBasis(ticket, this.#prices, Date.now());
    const power = buyingPower(account, this.#prices, Date.now());
    if (cost <= power) return;
    throw new ApiError(403, 40310000, 'insufficient buying power', {
      buying_power: decimal(power),
      cost_basis: decimal(cost),
    });
  }

  #checkShares(account: Account, ticket: OrderTicket): void {
    const requested = wantedQty(ticket, this.#prices, Date.now());
    const available = availableQty(account, ticket.symbol, this.#prices, Date.now());
    if (requested <= available) return;
    const detail = `(requested: ${decimal(requested, 9)}, available: ${decimal(available, 9)})`;
    throw new ApiError(403, 40310000, `insufficient qty available for order ${detail}`);
  }
}

function addOrder(account: Account, ticket: OrderTicket, replaces: string | null): Order {
  const now = Date.now();
  const at = new Date(now).toISOString();
  const order: Order = {
    ...ticket,
    id: randomUUID(),
    clientOrderId: ticket.clientOrderId ?? randomUUID(),
    status: 'new',
    submittedAt: at,
    updatedAt: at,
    fillsAfter: now + randomInt(FILL_DELAY.least, FILL_DELAY.most),
    triggered: ticket.stopPrice === null,
    filledQty: 0,
    filledPrice: null,
    filledAt: null,
    canceledAt: null,
    replacedAt: null,
    replacedBy: null,
    replaces,
  };
  account.orders.push(order);
  return order;
}

function fillOrder(account: Account, order: Order, { qty, price }: FilledMatch, now: number): void {
  const { id: orderId, symbol, side } = order;
  account.fills.push({ id: activityId(now, randomUUID()), orderId, symbol, side, qty, price, time: now });
  order.filledQty = qty;
  order.filledPrice = price;
  closeOrder(order, 'filled');
}

function closeOrder(order: Order, status: 'filled' | 'canceled' | 'replaced'): void {
  const at = new Date().toISOString();
  order.status = status;
  order.updatedAt = at;
  order[`${status}At`] = at;
}

function refuseClosed(order: Order): void {
  if (!isOpen(order)) throw unprocessable(`order is already in "${order.status}" state`);
}

function refuseRepeated(account: Account, ticket: OrderTicket): void {
  if (account.orders.some(({ clientOrderId }) => clientOrderId === ticket.clientOrderId))
    throw malformed('client_order_id must be unique');
}
