import type { Order } from './alpaca-answers.ts';
import { describeOrder, describeState, describeTerms, isFinal } from './describe-order.ts';
import type { Desk } from './desk.ts';
import { fillPanel } from './fill-panel.ts';
import { findPart, writePart } from './find-part.ts';
import { describeFailure } from './refusal.ts';
import { showEach } from './show-each.ts';

/**
 * The orders that can still fill, each with a button that cancels it, and the last ones that cannot any more.
 * @param cancelled is called when Alpaca took a cancellation
 * @returns what asks Alpaca for them
 */
export function ordersList(desk: Desk, cancelled: () => void): () => Promise<boolean> {
  const { root, account, book, signal } = desk;
  const panel = findPart(root, 'orders');
  const rows = findPart(panel, 'rows');
  const template = findPart(panel, 'row', HTMLTemplateElement);

  function showOrders(): void {
    const focused = rows.contains(document.activeElement);
    showEach(rows, template, book.orders, { keyOf: ({ id }) => id, write: showRow });
    // The focused Cancel button may have left with its order; without this the keyboard would start over at the top.
    if (focused && !isVisible(document.activeElement)) findPart(panel, 'heading').focus();
    if (panel.dataset['state'] === 'empty' && book.orders.length > 0) panel.dataset['state'] = 'ready';
  }

  function showRow(row: HTMLElement, order: Order): void {
    const button = findPart(row, 'cancel', HTMLButtonElement);
    // A cancellation that was sent but refused by the market can be tried again.
    if (showOrder(row, order)) button.removeAttribute('aria-disabled');
    button.hidden = isFinal(order);
    button.setAttribute('aria-label', `Cancel: ${describeOrder(order)}`);
    button.onclick = () => cancel(button, order);
  }

  async function cancel(button: HTMLButtonElement, order: Order): Promise<void> {
    if (button.getAttribute('aria-disabled') === 'true') return;
    // Not `disabled`: a disabled button drops the focus.
    button.setAttribute('aria-disabled', 'true');
    writePart(panel, 'outcome', '');
    try {
      await account.cancelOrder(order.id);
      cancelled();
    } catch (error) {
      writePart(panel, 'outcome', `${describeOrder(order)} was not cancelled. ${describeFailure(error)}`);
      button.removeAttribute('aria-disabled');
    }
  }

  book.addEventListener('change', showOrders, { signal });
  return () =>
    fillPanel(
      panel,
      () => book.reload(() => account.orders()),
      (orders) => (orders.length === 0 ? 'empty' : 'ready'),
    );
}

/** @returns whether it shows something else than before */
function showOrder(row: HTMLElement, order: Order): boolean {
  const { status, filled_qty } = order;
  const version = `${status} ${filled_qty}`;
  const before = row.dataset['version'];
  Object.assign(row.dataset, { version, status, side: order.side });
  row.dataset['over'] = String(isFinal(order));
  writePart(row, 'order', describeOrder(order));
  writePart(row, 'terms', describeTerms(order));
  writePart(row, 'state', describeState(order));
  const progress = findPart(row, 'progress', HTMLProgressElement);
  progress.max = Number(order.qty) || 1;
  progress.value = Number(filled_qty);
  progress.hidden = isFinal(order) || Number(filled_qty) === 0;
  const changed = before !== undefined && before !== version;
  if (changed) flash(row);
  return changed;
}

/** Draws the eye to what changed, once; not where people asked for less motion. */
function flash(row: HTMLElement): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  row.animate([{ backgroundColor: 'var(--flash)' }, {}], { duration: 1_200, easing: 'ease-out' });
}

function isVisible(element: Element | null): boolean {
  return element !== null && element !== document.body && element.checkVisibility();
}
