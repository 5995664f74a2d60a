import type { Account } from './alpaca-answers.ts';
import { Decimal } from './decimal.ts';
import type { Desk } from './desk.ts';
import { fillPanel } from './fill-panel.ts';
import { findPart, writePart } from './find-part.ts';
import { formatMoney, showChange } from './format-amount.ts';
import type { Holdings } from './portfolio.ts';

/** Equity with today's change, which follow the prices; buying power and cash. @returns what shows Alpaca's next answer */
export function accountSummary({
  root,
  portfolio,
  signal,
}: Desk): (answer: Promise<Holdings>) => Promise<boolean> {
  const panel = findPart(root, 'account-summary');

  function showEquity(): void {
    const { holdings, equity } = portfolio;
    if (holdings === undefined || equity === undefined) return;
    const { currency, last_equity } = holdings.account;
    writePart(panel, 'equity', formatMoney(equity, currency));
    const { amount, fraction } = changeToday(equity, last_equity);
    showChange(findPart(panel, 'today'), amount, fraction, currency);
  }

  portfolio.addEventListener('change', showEquity, { signal });
  return (answer) =>
    fillPanel(
      panel,
      () => answer,
      ({ account }) => {
        showAccount(panel, account);
        return 'ready';
      },
    );
}

/** What the account gained since the previous close, as an amount and as a fraction of what it was worth then. */
export function changeToday(
  equity: string,
  lastEquity: string,
): { amount: string | null; fraction: number | null } {
  const [now, before] = [Decimal.of(equity), Decimal.of(lastEquity)];
  if (!now || !before) return { amount: null, fraction: null };
  const amount = now.minus(before);
  return { amount: String(amount), fraction: amount.over(before) };
}

function showAccount(panel: HTMLElement, account: Account): void {
  const status = account.status.replaceAll('_', ' ').toLowerCase();
  // An active account is what everybody expects: only another state is worth a word.
  writePart(panel, 'status', status === 'active' ? '' : `Account ${status}`);
  writePart(panel, 'buying-power', formatMoney(account.buying_power, account.currency));
  writePart(panel, 'cash', formatMoney(account.cash, account.currency));
}
