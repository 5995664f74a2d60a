import type { Order } from './alpaca-answers.ts';
import { describeOrder, describeState, describeTerms } from './describe-order.ts';
import { fillPanel } from './fill-panel.ts';
import { findPart, writePart } from './find-part.ts';
import type { PaperAccount } from './paper-account.ts';
import { describeFailure } from './refusal.ts';
import { showEach } from './show-each.ts';

/**
 * The orders that can still fill, each with a button that cancels it.
 * @param refreshAll is called when an order was cancelled
 * @returns what refreshes the list
 */
export function openOrders(
  root: HTMLElement,
  account: PaperAccount,
  refreshAll: () => void,
): () => Promise<boolean> {
  const panel = findPart(root, 'open-orders');
  const rows = findPart(panel, 'rows');
  const template = findPart(panel, 'row', HTMLTemplateElement);

  function showOrders(orders: Order[]): 'ready' | 'empty' {
    const hadFocus = rows.contains(document.activeElement);
    showEach(rows, template, orders, { keyOf: (order) => order.id, write: showOrder });
    // The focused Cancel button may have left with its order; without this the keyboard would start over at the top.
    if (hadFocus && !rows.contains(document.activeElement)) findPart(panel, 'heading').focus();
    return orders.length === 0 ? 'empty' : 'ready';
  }

  function showOrder(row: HTMLElement, order: Order): void {
    writePart(row, 'order', describeOrder(order));
    writePart(row, 'terms', describeTerms(order));
    writePart(row, 'state', describeState(order));
    const button = findPart(row, 'cancel', HTMLButtonElement);
    button.setAttribute('aria-label', `Cancel: ${describeOrder(order)}`);
    button.onclick = () => cancel(button, order);
  }

  async function cancel(button: HTMLButtonElement, order: Order): Promise<void> {
    if (button.getAttribute('aria-disabled') === 'true') return;
    // Not `disabled`: a disabled button drops the focus.
    button.setAttribute('aria-disabled', 'true');
    try {
      await account.cancelOrder(order.id);
      writePart(panel, 'outcome', `${describeOrder(order)}: cancellation sent.`);
    } catch (error) {
      writePart(panel, 'outcome', `${describeOrder(order)} was not cancelled. ${describeFailure(error)}`);
      button.removeAttribute('aria-disabled');
    }
    refreshAll();
  }

  return () => fillPanel(panel, () => account.openOrders(), showOrders);
}
