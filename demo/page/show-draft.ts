import { describeOrder } from './describe-order.ts';
import { findPart, writePart } from './find-part.ts';
import { formatMoney } from './format-amount.ts';
import { type OrderDraft, readOrderDraft } from './order-draft.ts';

/**
 * Has the ticket show the fields that its order needs, and what the order will cost or bring.
 * @param estimate as a decimal string, undefined where it is not known
 * @returns the order in words, or only its side while it is not filled in
 */
export function showDraft(
  form: HTMLFormElement,
  estimate: (draft: OrderDraft) => string | undefined,
): string {
  const fields = new FormData(form);
  for (const type of ['limit', 'stop']) {
    findPart(form, `${type}-field`).hidden = fields.get('type') !== type;
  }
  const reading = readOrderDraft(fields);
  const draft = 'draft' in reading ? reading.draft : undefined;
  const side = fields.get('side') === 'sell' ? 'Sell' : 'Buy';
  writePart(form, 'estimate-name', side === 'Buy' ? 'Estimated cost' : 'Estimated proceeds');
  writePart(form, 'estimate', formatMoney(draft && estimate(draft)));
  return draft ? describeOrder(draft) : side;
}
