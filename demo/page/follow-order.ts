import type { Order } from './alpaca-answers.ts';
import { isFinal } from './describe-order.ts';
import type { PaperAccount } from './paper-account.ts';
import { poll } from './poll.ts';

/** Milliseconds. */
const EVERY = 1_000;

/** Reads the order once a second and hands it to `show`, until it is final or `signal` ends it. */
export function followOrder(
  account: PaperAccount,
  order: Order,
  { show, signal }: { show: (order: Order) => void; signal: AbortSignal },
): void {
  const final = new AbortController();

  function showOrder(now: Order): void {
    show(now);
    if (isFinal(now)) final.abort();
  }

  async function readOrder(): Promise<boolean> {
    try {
      const now = await account.order(order.id);
      if (!signal.aborted) showOrder(now);
      return true;
    } catch {
      return false;
    }
  }

  showOrder(order);
  if (!final.signal.aborted)
    poll(readOrder, { every: EVERY, signal: AbortSignal.any([signal, final.signal]) });
}
