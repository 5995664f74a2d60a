import { type Amount, directionOf, formatMoneyChange, formatPercentChange } from './format-amount.ts';

/** Writes `+$12.30 (+0.52%)` and the direction that gives it its arrow and colour. */
export function showChange(element: HTMLElement, amount: Amount, fraction: Amount, currency = 'USD'): void {
  element.dataset['direction'] = directionOf(amount);
  element.textContent = `${formatMoneyChange(amount, currency)} (${formatPercentChange(fraction)})`;
}
