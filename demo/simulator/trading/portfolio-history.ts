import { badRequest, unprocessable } from '../api/api-error.ts';
import { round } from '../api/decimal.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { DAY, dateOf, startOfDay } from '../market/trading-day.ts';
import type { Account } from './account.ts';
import { equityAt } from './holdings.ts';

const MINUTE = 60_000;
const PERIOD_UNITS = new Map([
  ['D', DAY],
  ['W', 7 * DAY],
  ['M', 30 * DAY],
  ['A', 365 * DAY],
]);

/** The length of a step in milliseconds, and the longest period that Alpaca allows with it. */
const TIMEFRAMES = new Map([
  ['1Min', { step: MINUTE, longest: 7 * DAY }],
  ['5Min', { step: 5 * MINUTE, longest: 30 * DAY }],
  ['15Min', { step: 15 * MINUTE, longest: 30 * DAY }],
  ['1H', { step: 60 * MINUTE, longest: 30 * DAY }],
  ['1D', { step: DAY, longest: Number.POSITIVE_INFINITY }],
]);

interface HistoryQuery {
  /** A number and a unit, `1M` for example, or `all`. Undefined: what lies between `start` and `end`, or else a month. */
  period: string | undefined;
  /** Milliseconds since 1970. Undefined: `period` before the end. */
  start: number | undefined;
  /** Milliseconds since 1970. Undefined: `period` after the start, or now. */
  end: number | undefined;
  /** Undefined: what Alpaca takes for that period. */
  timeframe: string | undefined;
}

/** The answer of `GET /v2/account/portfolio/history`. @throws ApiError 400 or 422 for a period or timeframe it does not have */
export function portfolioHistory(account: Account, prices: PriceWalk, query: HistoryQuery, now: number) {
  const openedAt = Date.parse(account.openedAt);
  const { start, end } = readWindow(query, openedAt, now);
  const timeframe = query.timeframe ?? usualTimeframe(end - start);
  const times = timesOf(Math.max(start, openedAt), end, readStep(timeframe, end - start));
  const equity = equityAt(account, prices, times);
  const base = equity[0] ?? account.openingCash;
  return {
    timestamp: times.map((time) => Math.floor(time / 1_000)),
    equity,
    profit_loss: equity.map((value) => round(value - base)),
    profit_loss_pct: equity.map((value) => round(value / base - 1, 6)),
    base_value: base,
    base_value_asof: dateOf(times[0] ?? end),
    timeframe,
  };
}

function readWindow(query: HistoryQuery, openedAt: number, now: number): { start: number; end: number } {
  if (query.period !== undefined && query.start !== undefined && query.end !== undefined)
    throw unprocessable('only two of start, end and period can be specified at the same time');
  const period = readPeriod(query.period ?? '1M', now - openedAt);
  const rest = query.period === undefined ? Number.POSITIVE_INFINITY : period;
  const end = Math.min(now, query.end ?? (query.start === undefined ? now : query.start + rest));
  const start = query.start ?? end - period;
  if (start > end) throw unprocessable('start must be before end and not in the future');
  return { start, end };
}

function readPeriod(text: string, all: number): number {
  if (text === 'all') return all;
  const [, count, unit] = /^([1-9]\d{0,3})([DWMA])$/.exec(text) ?? [];
  const length = PERIOD_UNITS.get(unit ?? '');
  if (length === undefined) throw badRequest('invalid period: a number and D, W, M or A, for example 1M');
  return Number(count) * length;
}

function usualTimeframe(period: number): string {
  if (period < 7 * DAY) return '1Min';
  return period < 30 * DAY ? '15Min' : '1D';
}

function readStep(timeframe: string, period: number): number {
  const known = TIMEFRAMES.get(timeframe);
  if (known === undefined) throw badRequest(`invalid timeframe: one of ${[...TIMEFRAMES.keys()].join(', ')}`);
  if (period > known.longest) throw unprocessable(`timeframe ${timeframe} is too fine for this period`);
  return known.step;
}

/** Aligned moments from `start` on, and the end: when that is now, the line ends at the equity of the moment. */
function timesOf(start: number, end: number, step: number): number[] {
  const times: number[] = [];
  const offset = startOfDay(start);
  const first = offset + Math.ceil((start - offset) / step) * step;
  for (let time = first; time < end; time += step) times.push(time);
  return [...times, end];
}
