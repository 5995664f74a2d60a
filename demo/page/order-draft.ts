import type { OrderSide, Snapshot } from './alpaca-answers.ts';
import { Decimal } from './decimal.ts';

/** The body of `POST /v2/orders`, without its `client_order_id`. */
export interface OrderDraft {
  symbol: string;
  side: OrderSide;
  qty: string;
  type: 'market' | 'limit' | 'stop';
  time_in_force: 'day' | 'gtc';
  limit_price?: string;
  stop_price?: string;
}

/** The fields of the ticket that can be filled in wrongly; the others are choices. */
export type DraftField = 'symbol' | 'qty' | 'limit_price' | 'stop_price';

/** What is wrong with each field, as a sentence that says what to enter. */
export type DraftProblems = Partial<Record<DraftField, string>>;

/** Reads the ticket. Whether the order makes sense for this account is for Alpaca to say. */
export function readOrderDraft(fields: FormData): { draft: OrderDraft } | { problems: DraftProblems } {
  const draft: OrderDraft = {
    symbol: readSymbol(fields),
    side: text(fields, 'side') === 'sell' ? 'sell' : 'buy',
    qty: text(fields, 'qty'),
    type: readType(fields),
    time_in_force: text(fields, 'time_in_force') === 'gtc' ? 'gtc' : 'day',
  };
  if (draft.type === 'limit') draft.limit_price = text(fields, 'limit_price');
  if (draft.type === 'stop') draft.stop_price = text(fields, 'stop_price');
  const problems = problemsOf(draft);
  return Object.keys(problems).length === 0 ? { draft } : { problems };
}

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

/** The symbol as Alpaca spells it, or the empty string when it cannot be one. Classes of shares have a dot: `BRK.B`. */
export function readSymbol(fields: FormData): string {
  const symbol = text(fields, 'symbol').toUpperCase();
  return /^[A-Z][A-Z0-9.]{0,9}$/.test(symbol) ? symbol : '';
}

function readType(fields: FormData): OrderDraft['type'] {
  const type = text(fields, 'type');
  return type === 'limit' || type === 'stop' ? type : 'market';
}

function problemsOf(draft: OrderDraft): DraftProblems {
  const problems: DraftProblems = {};
  if (draft.symbol === '') problems.symbol = 'Enter a stock symbol, for example AAPL.';
  if (!isPositive(draft.qty)) problems.qty = 'Enter a number of shares, for example 10 or 0.5.';
  for (const field of ['limit_price', 'stop_price'] as const) {
    const price = draft[field];
    if (price !== undefined && !isPositive(price)) {
      problems[field] = 'Enter a price in dollars, for example 150.25.';
    }
  }
  return problems;
}

/** Alpaca takes up to nine decimal places. The text itself is sent: a float would change it. */
function isPositive(decimal: string): boolean {
  return /^\d{1,12}(\.\d{1,9})?$/.test(decimal) && Number(decimal) > 0;
}

function text(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
