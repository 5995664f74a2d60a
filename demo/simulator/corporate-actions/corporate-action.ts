import { ASSETS } from '../market/assets.ts';
import { DAY } from '../market/trading-day.ts';
import { stableUuid } from '../stable-uuid.ts';

/** A dividend or a split. All dates are `YYYY-MM-DD`. */
export interface CorporateAction {
  id: string;
  symbol: string;
  /** Nine characters as a CUSIP has, but nobody's. */
  cusip: string;
  announced: string;
  exDate: string;
  recordDate: string;
  payableDate: string;
  /** Dollars a share for a dividend; how many old shares become how many new ones in a split. */
  terms: { rate: number } | { oldRate: number; newRate: number };
}

/** Invented dividends a quarter, in dollars a share. */
const DIVIDENDS: readonly (readonly [symbol: string, rate: number])[] = [
  ['AAPL', 0.26],
  ['COST', 1.3],
  ['JPM', 1.4],
  ['KO', 0.51],
  ['MSFT', 0.83],
  ['V', 0.59],
  ['WMT', 0.24],
];

/** Invented splits. */
const SPLITS: readonly (readonly [symbol: string, exDate: string, newRate: number])[] = [
  ['NVDA', '2024-06-10', 10],
  ['NFLX', '2025-11-17', 10],
  ['NVDA', '2026-04-13', 2],
];

const FIRST_QUARTER = Date.UTC(2024, 0, 1);
/** How long before its ex-date an action is announced. */
const NOTICE = 21 * DAY;

/** Everything that was announced before a moment (milliseconds since 1970), oldest first. The prices know nothing of it. */
export function actionsAnnouncedBy(now: number): CorporateAction[] {
  const splits = SPLITS.map(([symbol, exDate, newRate]) =>
    actionOn(symbol, Date.parse(exDate), { oldRate: 1, newRate }),
  );
  return [...splits, ...dividendsUntil(now + NOTICE)]
    .filter(({ announced }) => Date.parse(announced) <= now)
    .sort((one, other) => (one.announced + one.id < other.announced + other.id ? -1 : 1));
}

/** Each payer has its own day in each quarter: in the first, second or third month of it. */
function dividendsUntil(end: number): CorporateAction[] {
  const found: CorporateAction[] = [];
  for (let quarter = 0; ; quarter++) {
    const begin = new Date(FIRST_QUARTER);
    if (begin.setUTCMonth(quarter * 3) > end) return found;
    for (const [index, [symbol, rate]] of DIVIDENDS.entries()) {
      const exDate = Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + (index % 3), 5 + index * 3);
      found.push(actionOn(symbol, exDate, { rate }));
    }
  }
}

function actionOn(symbol: string, exDate: number, terms: CorporateAction['terms']): CorporateAction {
  if (!ASSETS.some((asset) => asset.symbol === symbol))
    throw new Error(`${symbol} has corporate actions but is not in ASSETS.`);
  const id = stableUuid(`corporate action ${symbol} ${exDate}`);
  const cusip = stableUuid(`cusip ${symbol}`).replaceAll('-', '').slice(0, 9).toUpperCase();
  const recordDate = day(exDate + DAY);
  const payableDate = day(exDate + 14 * DAY);
  return {
    id,
    symbol,
    cusip,
    announced: day(exDate - NOTICE),
    exDate: day(exDate),
    recordDate,
    payableDate,
    terms,
  };
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
