import type { Order } from './alpaca-answers.ts';
import { isFinal } from './describe-order.ts';

/** How many finished orders are worth looking back at. */
const FINISHED_SHOWN = 5;

/**
 * The orders of one account: what Alpaca listed, kept up to date by the stream. The two can arrive in any order, so an
 * order never goes back to an earlier state. Tells `change` whenever an order did.
 */
export class OrderBook extends EventTarget {
  readonly #orders = new Map<string, Order>();
  /** Counts what was heard of single orders, so that a list which was asked for earlier does not win over it. */
  #heard = 0;
  readonly #heardAt = new Map<string, number>();

  /** Open orders, newest first, then the latest of the finished ones. */
  get orders(): Order[] {
    const all = [...this.#orders.values()].sort(byNewest);
    const finished = all.filter(isFinal).sort(byLatestChange).slice(0, FINISHED_SHOWN);
    return [...all.filter((order) => !isFinal(order)), ...finished];
  }

  get openOrders(): Order[] {
    return this.orders.filter((order) => !isFinal(order));
  }

  /** Takes in one order, from the stream or from an answer about it. */
  apply(order: Order): void {
    this.#heardAt.set(order.id, ++this.#heard);
    this.#merge(order);
    this.#tell();
  }

  /**
   * Takes in a whole list. An order that is not in it is gone, unless something was heard of it since the list was
   * asked for.
   * @param ask asks Alpaca for the open orders and the latest finished ones
   */
  async reload(ask: () => Promise<readonly Order[]>): Promise<Order[]> {
    const asked = this.#heard;
    const listed = await ask();
    const ids = new Set(listed.map(({ id }) => id));
    for (const id of this.#orders.keys()) {
      if (!ids.has(id) && (this.#heardAt.get(id) ?? 0) <= asked) this.#orders.delete(id);
    }
    for (const order of listed) this.#merge(order);
    this.#tell();
    return this.orders;
  }

  #merge(order: Order): void {
    const known = this.#orders.get(order.id);
    if (known === undefined || !isEarlier(order, known)) this.#orders.set(order.id, order);
  }

  #tell(): void {
    this.dispatchEvent(new Event('change'));
  }
}

/** Whether `order` is what `known` once was: not final, less filled, or older. */
export function isEarlier(order: Order, known: Order): boolean {
  if (isFinal(order) !== isFinal(known)) return isFinal(known);
  const [filled, knownFilled] = [Number(order.filled_qty), Number(known.filled_qty)];
  if (filled !== knownFilled) return filled < knownFilled;
  return Date.parse(order.updated_at) < Date.parse(known.updated_at);
}

function byNewest(one: Order, other: Order): number {
  return Date.parse(other.submitted_at) - Date.parse(one.submitted_at);
}

function byLatestChange(one: Order, other: Order): number {
  return Date.parse(other.updated_at) - Date.parse(one.updated_at);
}
