import { describeOrder, describeTerms } from './describe-order.ts';
import type { Desk } from './desk.ts';
import { findPart, writePart } from './find-part.ts';
import { formatMoney } from './format-amount.ts';
import type { OrderDraft } from './order-draft.ts';

/**
 * Shows an order in words and asks whether to send it. Resolves to false when the person goes back, presses Escape, or
 * the desk closes.
 * @param estimate what it will cost or bring, as a decimal string; undefined where that is not known
 */
export function confirmOrder(
  { root, name, signal }: Desk,
  draft: OrderDraft,
  estimate: string | undefined,
): Promise<boolean> {
  const dialog = findPart(root, 'confirmation', HTMLDialogElement);
  writePart(dialog, 'kind', `${name}: real money`);
  writePart(dialog, 'order', describeOrder(draft));
  writePart(dialog, 'terms', describeTerms(draft));
  writePart(dialog, 'estimate-name', draft.side === 'buy' ? 'Estimated cost' : 'Estimated proceeds');
  writePart(dialog, 'estimate', estimate === undefined ? 'Not known yet' : formatMoney(estimate));
  dialog.returnValue = '';
  findPart(dialog, 'send').onclick = (event) => {
    // The second half of a double click on the button that opened the dialog.
    if (event.detail <= 1) dialog.close('send');
  };
  findPart(dialog, 'back').onclick = () => dialog.close();
  dialog.showModal();
  // Not on a button: an Enter key that is still held down agrees to nothing.
  findPart(dialog, 'question').focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'send' && !signal.aborted), {
      once: true,
    });
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}
