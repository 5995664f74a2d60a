import type { Order } from './alpaca-answers.ts';
import type { OrderDraft } from './order-draft.ts';
import type { PaperAccount } from './paper-account.ts';
import { Refusal } from './refusal.ts';

interface Intent {
  clientOrderId: string;
  draft: OrderDraft;
}

/**
 * Places each intended order once. Alpaca has no other idempotency than `client_order_id`, so a double click and
 * a retry after a lost answer send the id of the first try; a changed draft, or one that was answered, is a new intent.
 */
export class OrderPlacement {
  readonly #account: PaperAccount;
  /** The order whose answer was lost: it may or may not stand in Alpaca's books. */
  #unanswered: Intent | undefined;
  #underWay: Promise<Order> | undefined;

  constructor(account: PaperAccount) {
    this.#account = account;
  }

  /** While an order is under way, every further call is a double click and gets the same answer. */
  place(draft: OrderDraft): Promise<Order> {
    this.#underWay ??= this.#send(draft).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #send(draft: OrderDraft): Promise<Order> {
    const { clientOrderId } = this.#intentOf(draft);
    const order = await this.#account
      .placeOrder(draft, clientOrderId)
      .catch((error: unknown) => this.#findPlaced(clientOrderId, error));
    this.#unanswered = undefined;
    return order;
  }

  #intentOf(draft: OrderDraft): Intent {
    const lost = this.#unanswered;
    const isRetry = lost !== undefined && isSameDraft(lost.draft, draft);
    this.#unanswered = isRetry ? lost : { clientOrderId: crypto.randomUUID(), draft };
    return this.#unanswered;
  }

  /**
   * A refusal may mean that an earlier try did reach Alpaca, and then that order is the answer. The first try can be
   * such a duplicate too: browsers send a POST again by themselves when a kept-alive connection was reset.
   * @throws the refusal when there is no such order
   */
  async #findPlaced(clientOrderId: string, refusal: unknown): Promise<Order> {
    if (isInDoubt(refusal)) throw refusal;
    try {
      return await this.#account.orderOfClient(clientOrderId);
    } catch (error) {
      if (isInDoubt(error)) throw error;
      this.#unanswered = undefined;
      throw refusal;
    }
  }
}

/**
 * Whether a failed request leaves open if Alpaca got it: no answer, a gateway's 5xx, a 408. A 429 asks for the very
 * same request again. The person should repeat such an order, not change it.
 */
export function isInDoubt(error: unknown): boolean {
  if (!(error instanceof Refusal)) return true;
  return error.status >= 500 || error.status === 408 || error.status === 429;
}

/** `readOrderDraft` writes the fields of every draft in the same order. */
function isSameDraft(one: OrderDraft, other: OrderDraft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
