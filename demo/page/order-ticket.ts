import type { Order } from './alpaca-answers.ts';
import { describeOrder, describeState, isFinal } from './describe-order.ts';
import { findPart, writePart } from './find-part.ts';
import { followOrder } from './follow-order.ts';
import { latestQuote } from './latest-quote.ts';
import { type OrderDraft, readOrderDraft } from './order-draft.ts';
import { isInDoubt, OrderPlacement } from './order-placement.ts';
import type { PaperAccount } from './paper-account.ts';
import { describeFailure } from './refusal.ts';
import { showDraftProblems } from './show-draft-problems.ts';

/**
 * The form that places a paper order, and the line below it that tells what became of it.
 * @param refreshAll is called when an order was placed and when it is final
 */
export function orderTicket(
  root: HTMLElement,
  account: PaperAccount,
  { refreshAll, signal }: { refreshAll: () => void; signal: AbortSignal },
): void {
  const form = findPart(root, 'order-ticket', HTMLFormElement);
  const button = findPart(form, 'place', HTMLButtonElement);
  const placement = new OrderPlacement(account);
  let following = new AbortController();

  async function submit(): Promise<void> {
    const reading = readOrderDraft(new FormData(form));
    showDraftProblems(form, 'problems' in reading ? reading.problems : {});
    if ('problems' in reading || button.disabled) return;
    setPending(true);
    await place(reading.draft);
    setPending(false);
  }

  async function place(draft: OrderDraft): Promise<void> {
    following.abort();
    following = new AbortController();
    writePart(form, 'refusal', '');
    writePart(form, 'progress', '');
    try {
      const order = await placement.place(draft);
      refreshAll();
      followOrder(account, order, {
        show: showProgress,
        signal: AbortSignal.any([signal, following.signal]),
      });
    } catch (error) {
      writePart(form, 'refusal', describeRefusal(error));
    }
  }

  function showProgress(order: Order): void {
    const progress = findPart(form, 'progress');
    progress.dataset['status'] = order.status;
    writePart(form, 'progress', `${describeOrder(order)}: ${describeState(order)}`);
    if (isFinal(order)) refreshAll();
  }

  function setPending(pending: boolean): void {
    button.disabled = pending;
    button.textContent = pending ? 'Placing…' : 'Place paper order';
    // A disabled button drops the focus: give it back, unless the person moved on.
    if (!pending && document.activeElement === document.body) button.focus();
  }

  function showLimitPrice(): void {
    findPart(form, 'limit-field').hidden = new FormData(form).get('type') !== 'limit';
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  form.addEventListener('change', showLimitPrice);
  showLimitPrice();
  latestQuote(form, account, signal);
}

/** Says why no order was placed, or that it is not known whether one was. */
function describeRefusal(error: unknown): string {
  if (!isInDoubt(error)) return `Not placed. ${describeFailure(error)}`;
  return `${describeFailure(error)} The order may have been placed. Press again without changing it: it is never placed twice.`;
}
