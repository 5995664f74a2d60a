/** An amount as Alpaca sends it: a decimal string, a number in market data, or null where it does not know. */
type Amount = string | number | null | undefined;

/** Which way an amount points. Shown by sign and arrow too, never by colour alone (WCAG 1.4.1). */
type Direction = 'up' | 'down' | 'flat';

const UNKNOWN = '–';

const quantities = new Intl.NumberFormat('en-US', { maximumFractionDigits: 9 });
const prices = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const pennyPrices = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  maximumFractionDigits: 4,
});
const percents = new Intl.NumberFormat('en-US', {
  style: 'percent',
  minimumFractionDigits: 2,
  signDisplay: 'exceptZero',
});

/** `$1,234.50` */
export function formatMoney(amount: Amount, currency = 'USD'): string {
  return format(new Intl.NumberFormat('en-US', { style: 'currency', currency }), amount);
}

/** A share price in dollars. Below a dollar it has four decimal places, as it is quoted. */
export function formatPrice(amount: Amount): string {
  return format(Math.abs(Number(amount)) < 1 ? pennyPrices : prices, amount);
}

/** `+$12.30`, `−$4.00`, `$0.00` */
export function formatMoneyChange(amount: Amount, currency = 'USD'): string {
  return format(
    new Intl.NumberFormat('en-US', { style: 'currency', currency, signDisplay: 'exceptZero' }),
    amount,
  );
}

/** A fraction as percent: 0.0123 is `+1.23%`. */
export function formatPercentChange(fraction: Amount): string {
  return format(percents, fraction);
}

/** `10`, `0.5`, `−3` */
export function formatQuantity(amount: Amount): string {
  return format(quantities, amount);
}

/** Follows what is shown: half a cent less is `flat`, because it reads $0.00. */
export function directionOf(amount: Amount): Direction {
  const cents = isDecimal(amount) ? Math.round(Number(amount) * 100) : 0;
  if (cents === 0) return 'flat';
  return cents > 0 ? 'up' : 'down';
}

function format(formatter: Intl.NumberFormat, amount: Amount): string {
  if (!isDecimal(amount)) return UNKNOWN;
  // A minus sign is as wide as the plus; the hyphen that Intl writes is not.
  return formatter.format(amount).replace('-', '−');
}

/** Intl formats a decimal string digit by digit, so a balance never passes through a float. */
function isDecimal(amount: Amount): amount is number | `${number}` {
  if (typeof amount === 'number') return Number.isFinite(amount);
  return typeof amount === 'string' && /^[+-]?\d+(\.\d+)?$/.test(amount);
}

/** Writes `+$12.30 (+0.52%)` and the direction that gives it its arrow and colour. */
export function showChange(element: HTMLElement, amount: Amount, fraction: Amount, currency = 'USD'): void {
  element.dataset['direction'] = directionOf(amount);
  element.textContent = `${formatMoneyChange(amount, currency)} (${formatPercentChange(fraction)})`;
}
