import type { Account } from './alpaca-answers.ts';
import { fillPanel } from './fill-panel.ts';
import { findPart, writePart } from './find-part.ts';
import { formatMoney } from './format-amount.ts';
import type { PaperAccount } from './paper-account.ts';
import { showChange } from './show-change.ts';

/** Account number and status, equity with today's change, buying power and cash. @returns what refreshes it */
export function accountSummary(root: HTMLElement, account: PaperAccount): () => Promise<boolean> {
  const panel = findPart(root, 'account-summary');
  return () =>
    fillPanel(
      panel,
      () => account.account(),
      (answer) => {
        showAccount(panel, answer);
        return 'ready';
      },
    );
}

/** What the account gained since the previous close, as an amount and as a fraction of what it was worth then. */
export function changeToday({ equity, last_equity }: Account): { amount: number; fraction: number | null } {
  const before = Number(last_equity);
  const amount = Number(equity) - before;
  return { amount, fraction: before === 0 ? null : amount / before };
}

function showAccount(panel: HTMLElement, account: Account): void {
  writePart(panel, 'number', account.account_number.slice(-4));
  writePart(panel, 'status', account.status.replaceAll('_', ' ').toLowerCase());
  writePart(panel, 'equity', formatMoney(account.equity, account.currency));
  writePart(panel, 'buying-power', formatMoney(account.buying_power, account.currency));
  writePart(panel, 'cash', formatMoney(account.cash, account.currency));
  const { amount, fraction } = changeToday(account);
  showChange(findPart(panel, 'today'), amount, fraction, account.currency);
}
