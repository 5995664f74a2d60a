import type { Order } from './alpaca-answers.ts';
import type { OrderDraft } from './order-draft.ts';
import { describeFailure, Refusal } from './refusal.ts';
import { pause } from './timers.ts';
import type { TradingAccount } from './trading-account.ts';

/** Milliseconds after an answer in which the very same order is a click too many and not another order. */
export const REST = 2_000;
/** Milliseconds before each search for an order whose answer was lost. */
const SEARCHES = [500, 2_000];

/** An order that the person wants once. */
interface Intent {
  clientOrderId: string;
  draft: OrderDraft;
  /** Whether the answer of an earlier try was lost, so that no refusal of a later one says that the order was not placed. */
  inDoubt: boolean;
  /** Called by whoever learns that the order stands in Alpaca's books. */
  settle: (order: Order) => void;
  settled: Promise<Order>;
}

/**
 * Places each intended order once. Alpaca has no other idempotency than `client_order_id`, so a retry after a lost answer
 * sends the id of the first try; a changed draft, or one that was answered and rested, is a new intent.
 */
export class OrderPlacement {
  readonly #account: TradingAccount;
  readonly #searches: readonly number[];
  /** Orders whose answer is awaited or was lost, by draft: they may or may not stand in Alpaca's books. */
  readonly #unanswered = new Map<string, Intent>();
  #underWay: Promise<Order> | undefined;
  #latest: { draft: OrderDraft; order: Order; at: number } | undefined;

  /** @param searches milliseconds to wait before each search for an order whose answer was lost */
  constructor(account: TradingAccount, searches: readonly number[] = SEARCHES) {
    this.#account = account;
    this.#searches = searches;
  }

  /** While an order is under way, every further call is a double click and gets the same answer. */
  place(draft: OrderDraft): Promise<Order> {
    const placed = this.justPlaced(draft);
    if (placed !== undefined) return Promise.resolve(placed);
    this.#underWay ??= this.#send(draft).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** The order that this very draft became a moment ago, so that to press again is a click too many. */
  justPlaced(draft: OrderDraft): Order | undefined {
    const latest = this.#latest;
    const isRepeat = latest && isSameDraft(latest.draft, draft) && Date.now() - latest.at < REST;
    return isRepeat ? latest.order : undefined;
  }

  /**
   * The stream told of this order. If its answer is still awaited or was lost, this is the answer.
   * @returns whether it was
   */
  hear(order: Order): boolean {
    const intent = [...this.#unanswered.values()].find(
      (each) => each.clientOrderId === order.client_order_id,
    );
    if (intent === undefined) return false;
    this.#conclude(intent, order);
    intent.settle(order);
    return true;
  }

  async #send(draft: OrderDraft): Promise<Order> {
    const intent = this.#intentOf(draft);
    const answered = this.#account
      .placeOrder(draft, intent.clientOrderId)
      .catch((error: unknown) => this.#findPlaced(intent, error));
    const order = await Promise.race([answered, intent.settled]);
    this.#conclude(intent, order);
    return order;
  }

  #intentOf(draft: OrderDraft): Intent {
    const lost = this.#unanswered.get(keyOf(draft));
    if (lost !== undefined) return lost;
    let settle = (_order: Order): void => {};
    const settled = new Promise<Order>((resolve) => {
      settle = resolve;
    });
    const intent = { clientOrderId: crypto.randomUUID(), draft, inDoubt: false, settle, settled };
    this.#unanswered.set(keyOf(draft), intent);
    return intent;
  }

  #conclude(intent: Intent, order: Order): void {
    this.#forget(intent);
    this.#latest = { draft: intent.draft, order, at: Date.now() };
  }

  #forget(intent: Intent): void {
    const key = keyOf(intent.draft);
    if (this.#unanswered.get(key) === intent) this.#unanswered.delete(key);
  }

  /**
   * Looks whether the order stands in Alpaca's books after all. A lost answer may have followed a placed order. A refusal
   * may mean that an earlier try did reach Alpaca; the first try can be such a duplicate too, because browsers send a
   * POST again by themselves when a kept-alive connection was reset.
   * @throws the failure of the try when there is no such order
   */
  async #findPlaced(intent: Intent, failure: unknown): Promise<Order> {
    if (!isInDoubt(failure)) return this.#findRefused(intent, failure);
    intent.inDoubt = true;
    for (const wait of this.#searches) {
      await pause(wait);
      const found = await this.#account.orderOfClient(intent.clientOrderId).catch(() => undefined);
      if (found !== undefined) return found;
    }
    // The intent stays unanswered: the request may still be on its way, however long nothing is found.
    throw failure;
  }

  /** Only a 404 says that there is no such order; whoever is signed out, for one, is told nothing. */
  async #findRefused(intent: Intent, refusal: unknown): Promise<Order> {
    try {
      return await this.#account.orderOfClient(intent.clientOrderId);
    } catch (error) {
      if (isInDoubt(error)) throw error;
      const isAbsent = error instanceof Refusal && error.status === 404;
      if (intent.inDoubt && !isAbsent)
        throw new Error('It is not known whether it was placed.', { cause: error });
      this.#forget(intent);
      throw refusal;
    }
  }
}

/**
 * Whether a failed request leaves open if Alpaca got it: no answer, a gateway's 5xx, a 408. A 429 asks for the very
 * same request again. The person should repeat such an order, not change it. Only of `upstream_refused` our server knows
 * that Alpaca did not take the request, though it is a 502.
 */
export function isInDoubt(error: unknown): boolean {
  if (!(error instanceof Refusal)) return true;
  if (error.code === 'upstream_refused') return false;
  return error.status >= 500 || error.status === 408 || error.status === 429;
}

/** Says why no order was placed, or that it is not known whether one was. */
export function describeUnplaced(error: unknown): string {
  if (!isInDoubt(error)) return `Not placed. ${describeFailure(error)}`;
  return `${describeFailure(error)} The order may have been placed. Press again without changing it: it is never placed twice.`;
}

function isSameDraft(one: OrderDraft, other: OrderDraft): boolean {
  return keyOf(one) === keyOf(other);
}

/** `readOrderDraft` writes the fields of every draft in the same order. */
function keyOf(draft: OrderDraft): string {
  return JSON.stringify(draft);
}
