import type { Snapshot } from './alpaca-answers.ts';
import { Decimal } from './decimal.ts';
import type { OrderDraft } from './order-draft.ts';

/**
 * What the order will cost or bring, as a decimal string: at its own price, or for a market order at the price that
 * somebody offers now. Undefined where nobody does.
 */
export function estimateOrder(draft: OrderDraft, snapshot: Snapshot | undefined): string | undefined {
  const price = Decimal.of(draft.limit_price ?? draft.stop_price ?? marketPrice(draft, snapshot));
  const qty = Decimal.of(draft.qty);
  return price && qty && String(price.times(qty));
}

/** Zero stands for no quote. */
function marketPrice({ side }: OrderDraft, snapshot: Snapshot | undefined): number | undefined {
  const { ap, bp } = snapshot?.latestQuote ?? { ap: 0, bp: 0 };
  return (side === 'buy' ? ap : bp) || snapshot?.latestTrade?.p || undefined;
}
