import type { TradeUpdate } from '../../../server/contract.ts';
import { notFound, unprocessable } from '../api/api-error.ts';
import { findAsset } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import type { Account } from './account.ts';
import { admitOrder } from './buying-power.ts';
import { executeFill, type FillSize } from './execute-fill.ts';
import { legTerms } from './exit-orders.ts';
import type { FillPlanner } from './fill-plan.ts';
import { matchOrder } from './match-order.ts';
import {
  hasOneMoment,
  isOpen,
  type Order,
  type OrderOutcome,
  type OrderTerms,
  openQty,
  type Unfilled,
} from './order.ts';
import { isArmed, legsOf, othersOf, partnerOf } from './order-group.ts';
import { type NewOrderOptions, newOrder, type OrderTicket } from './order-ticket.ts';
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
    const { clientOrderId, exits, ...terms } = ticket;
    const order = this.#add(account, terms, { clientOrderId, now });
    for (const leg of legTerms(terms, exits)) this.#add(account, leg, { parentId: order.id, now });
    this.#commit(account, [tradeUpdate('new', order, now)]);
    return order;
  }

  /** @throws ApiError 404 */
  find(account: Account, id: string): Order {
    const order = account.orders.find((known) => known.id === id);
    if (order === undefined) throw notFound(`order not found for ${id}`);
    return order;
  }

  /**
   * Ends an order before it is filled, or filled in full, and with it what is open of its bracket, oco or oto order.
   * @throws ApiError 422 when it is no longer open
   */
  end(account: Account, order: Order, outcome: Unfilled): void {
    refuseClosed(order);
    const now = Date.now();
    const others = othersOf(account.orders, order);
    const updates = [close(order, outcome, now)];
    for (const other of others) updates.push(close(other, outcome === 'expired' ? outcome : 'canceled', now));
    this.#commit(account, updates);
  }

  /** Ends orders of which some may end with others. */
  endAll(account: Account, orders: readonly Order[], outcome: Unfilled): void {
    for (const order of orders) if (isOpen(order)) this.end(account, order, outcome);
  }

  /**
   * Replaces an open order by a new one. The old one's reserve counts as free, and an order that cannot be
   * replaced stays as it was.
   * @throws ApiError as `place` does, and 422 when the order is no longer open, or has legs or is one
   */
  replace(account: Account, order: Order, ticket: OrderTicket): Order {
    refuseClosed(order);
    if (order.orderClass !== 'simple')
      throw unprocessable(`the simulator replaces simple orders only: cancel this ${order.orderClass} order`);
    const now = Date.now();
    const others = account.orders.filter((other) => other !== order);
    admitOrder({ ...account, orders: others }, ticket, this.#parts.prices, now);
    const { clientOrderId, exits: _none, ...terms } = ticket;
    const successor = this.#add(account, terms, { clientOrderId, replaces: order.id, now });
    order.replacedBy = successor.id;
    this.#commit(account, [close(order, 'replaced', now), tradeUpdate('new', successor, now)]);
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
    if (order.status === 'held' && !isArmed(account.orders, order))
      throw unprocessable('order is held until the order that it belongs to is filled');
    const updates = order.status === 'held' ? this.#takeTurn(account, order, now) : [];
    updates.push(...this.#execute(account, order, { qty: qty ?? open, price: at }, now));
    if (hasOneMoment(order) && isOpen(order)) updates.push(close(order, 'canceled', now));
    this.#commit(account, updates);
  }

  /** Fills and triggers what the prices of the moment allow. */
  match(account: Account, now: number): void {
    const updates: TradeUpdate[] = [];
    let changed = false;
    for (const order of account.orders.filter(isOpen)) {
      const price = this.#priceOf(order, now);
      if (price === undefined) continue;
      if (order.status === 'held' && !isArmed(account.orders, order)) continue;
      if (followPrice(order, price)) changed = true;
      const match = matchOrder(order, price, now);
      if (match.kind === 'trigger') {
        if (order.status === 'held') updates.push(...this.#takeTurn(account, order, now));
        order.triggered = true;
        changed = true;
      }
      if (match.kind === 'cancel') updates.push(close(order, 'canceled', now));
      if (match.kind !== 'fill') continue;
      updates.push(...this.#execute(account, order, match, now));
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
    this.endAll(account, due, 'expired');
  }

  /** The plan hangs on how many orders were there before, so that the same session runs the same way again. */
  #add(account: Account, terms: OrderTerms, options: Omit<NewOrderOptions, 'plan'>): Order {
    const plan = this.#parts.planFills(`${account.number} ${account.orders.length}`);
    const order = newOrder(terms, { ...options, plan });
    const price = this.#priceOf(order, options.now);
    if (price !== undefined) followPrice(order, price);
    account.orders.push(order);
    return order;
  }

  /** Fills an order, and does what follows for the legs and for the other exit of its position. */
  #execute(account: Account, order: Order, size: FillSize, now: number): TradeUpdate[] {
    const updates = [executeFill(account, order, size, now)];
    const partner = partnerOf(account.orders, order);
    if (partner !== undefined && isOpen(order)) partner.qty = openQty(order, size.price);
    if (partner !== undefined && !isOpen(order)) updates.push(close(partner, 'canceled', now));
    if (isOpen(order)) return updates;
    for (const leg of legsOf(account.orders, order).filter(isOpen)) {
      leg.fillsAfter = now + (leg.plan[0]?.wait ?? 0);
      // A stop that has a take-profit beside it stays held until the price reaches it.
      if (leg.type === 'limit' || partnerOf(account.orders, leg) === undefined)
        updates.push(release(leg, now));
    }
    return updates;
  }

  /** The price has reached a held stop: it takes the place of the order that would have taken the profit. */
  #takeTurn(account: Account, order: Order, now: number): TradeUpdate[] {
    const partner = partnerOf(account.orders, order);
    const ended = partner === undefined ? [] : [close(partner, 'canceled', now)];
    return [...ended, release(order, now)];
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

/** Ends an order, in place. */
function close(order: Order, outcome: Exclude<OrderOutcome, 'filled'>, now: number): TradeUpdate {
  const at = new Date(now).toISOString();
  order.status = outcome;
  order.updatedAt = at;
  order.closedAt = at;
  return tradeUpdate(outcome, order, now);
}

/** Lets a held order go to the market, in place. */
function release(order: Order, now: number): TradeUpdate {
  order.status = 'new';
  order.updatedAt = new Date(now).toISOString();
  return tradeUpdate('new', order, now);
}

function refuseClosed(order: Order): void {
  if (!isOpen(order)) throw unprocessable(`order is already in "${order.status}" state`);
}
