import type { TradeUpdate } from '../../../server/contract.ts';
import { notFound, unprocessable } from '../api/api-error.ts';
import { findAsset } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import type { Account } from './account.ts';
import { admitOrder } from './buying-power.ts';
import { executeFill, type FillSize } from './execute-fill.ts';
import type { FillPlanner } from './fill-plan.ts';
import { matchOrder } from './match-order.ts';
import { hasOneMoment, isOpen, type Order, type OrderOutcome, openQty, type Unfilled } from './order.ts';
import { newOrder, type OrderTicket } from './order-ticket.ts';
import { tradeUpdate } from './trade-update.ts';
import { followPrice } from './trailing-stop.ts';

interface OrderDeskParts {
  prices: PriceWalk;
  planFills: FillPlanner;
  /** Called once for each change, when it is complete. */
  save: () => void;
  /** Called for each event of an order, after the change was saved. */
  announce: (account: Account, update: TradeUpdate) => void;
}

/** Takes, changes, fills and ends orders. The only writer of `account.orders` and `account.fills`. */
export class OrderDesk {
  readonly #parts: OrderDeskParts;

  constructor(parts: OrderDeskParts) {
    this.#parts = parts;
  }

  /** @throws ApiError 403 without the money or the shares, 422 for a `client_order_id` that was used before */
  place(account: Account, ticket: OrderTicket): Order {
    const now = Date.now();
    admitOrder(account, ticket, this.#parts.prices, now);
    const order = this.#add(account, ticket, null, now);
    this.#commit(account, [tradeUpdate('new', order, now)]);
    return order;
  }

  /** @throws ApiError 404 */
  find(account: Account, id: string): Order {
    const order = account.orders.find((known) => known.id === id);
    if (order === undefined) throw notFound(`order not found for ${id}`);
    return order;
  }

  /** Ends an order before it is filled, or filled in full. @throws ApiError 422 when it is no longer open */
  end(account: Account, order: Order, outcome: Unfilled): void {
    refuseClosed(order);
    const now = Date.now();
    closeOrder(order, outcome, now);
    this.#commit(account, [tradeUpdate(outcome, order, now)]);
  }

  /**
   * Replaces an open order by a new one. The old one's reserve counts as free, and an order that cannot be
   * replaced stays as it was.
   * @throws ApiError as `place` does, and 422 when the order is no longer open
   */
  replace(account: Account, order: Order, ticket: OrderTicket): Order {
    refuseClosed(order);
    const now = Date.now();
    const others = account.orders.filter((other) => other !== order);
    admitOrder({ ...account, orders: others }, ticket, this.#parts.prices, now);
    const successor = this.#add(account, ticket, order.id, now);
    order.replacedBy = successor.id;
    closeOrder(order, 'replaced', now);
    this.#commit(account, [tradeUpdate('replaced', order, now), tradeUpdate('new', successor, now)]);
    return successor;
  }

  /**
   * Fills an order whatever its plan, limit and stop say: all that is open of it, at the price of the moment, unless told otherwise.
   * What a part leaves of an order that has one moment only is cancelled.
   * @throws ApiError 422 when it is no longer open, or not for that much
   */
  fill(account: Account, order: Order, { qty, price }: Partial<FillSize>): void {
    refuseClosed(order);
    const now = Date.now();
    const at = price ?? this.#priceOf(order, now);
    if (at === undefined) throw notFound(`no price found for ${order.symbol}`);
    const open = openQty(order, at);
    if (qty !== undefined && !(qty > 0 && qty <= open)) throw unprocessable(`qty must be > 0 and <= ${open}`);
    const whole = qty === undefined || qty === open;
    if (order.timeInForce === 'fok' && !whole) throw unprocessable(`a fok order is filled whole: ${open}`);
    const updates = [executeFill(account, order, { qty: qty ?? open, price: at }, now)];
    if (hasOneMoment(order) && isOpen(order)) {
      closeOrder(order, 'canceled', now);
      updates.push(tradeUpdate('canceled', order, now));
    }
    this.#commit(account, updates);
  }

  /** Fills and triggers what the prices of the moment allow. */
  match(account: Account, now: number): void {
    const updates: TradeUpdate[] = [];
    let changed = false;
    for (const order of account.orders.filter(isOpen)) {
      const price = this.#priceOf(order, now);
      if (price === undefined) continue;
      if (followPrice(order, price)) changed = true;
      const match = matchOrder(order, price, now);
      if (match.kind === 'trigger') {
        order.triggered = true;
        changed = true;
      }
      if (match.kind === 'cancel') {
        closeOrder(order, 'canceled', now);
        updates.push(tradeUpdate('canceled', order, now));
      }
      if (match.kind !== 'fill') continue;
      updates.push(executeFill(account, order, match, now));
      order.plan.shift();
      order.fillsAfter = now + (order.plan[0]?.wait ?? 0);
    }
    if (changed || updates.length > 0) this.#commit(account, updates);
  }

  /** Ends the orders whose day is over. */
  expire(account: Account, now: number): void {
    const due = account.orders.filter(
      ({ closedAt, expiresAt }) => closedAt === null && expiresAt !== null && Date.parse(expiresAt) <= now,
    );
    for (const order of due) this.end(account, order, 'expired');
  }

  /** The plan hangs on how many orders were there before, so that the same session runs the same way again. */
  #add(account: Account, ticket: OrderTicket, replaces: string | null, now: number): Order {
    const plan = this.#parts.planFills(`${account.number} ${account.orders.length}`);
    const order = newOrder(ticket, { plan, replaces, now });
    const price = this.#priceOf(order, now);
    if (price !== undefined) followPrice(order, price);
    account.orders.push(order);
    return order;
  }

  #priceOf(order: Order, now: number): number | undefined {
    const asset = findAsset(order.symbol);
    return asset && this.#parts.prices.at(asset, now);
  }

  #commit(account: Account, updates: TradeUpdate[]): void {
    this.#parts.save();
    for (const update of updates) this.#parts.announce(account, update);
  }
}

function closeOrder(order: Order, outcome: OrderOutcome, now: number): void {
  const at = new Date(now).toISOString();
  order.status = outcome;
  order.updatedAt = at;
  order.closedAt = at;
}

function refuseClosed(order: Order): void {
  if (!isOpen(order)) throw unprocessable(`order is already in "${order.status}" state`);
}
