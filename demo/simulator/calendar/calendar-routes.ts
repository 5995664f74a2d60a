import { Router } from 'express';
import { badRequest, notFound } from '../api/api-error.ts';
import { queryList, queryText, queryTime } from '../api/query.ts';
import { everyDay } from '../market/moments.ts';
import { DAY, dateOf, newYorkTime, startOfDay } from '../market/trading-day.ts';
import { CORE_CLOSE, CORE_OPEN, isWeekday, POST_CLOSE, PRE_OPEN } from '../market/trading-hours.ts';
import { MARKETS, type Market } from './markets.ts';

const MAX_DAYS = 1_100;
const DEFAULT_DAYS = 7;

/** `/v3`: clocks and calendars of several markets, which all keep New York's hours. */
export function calendarRoutes(): Router {
  const router = Router();
  router.get('/clock', (request, response) => {
    const now = queryTime(request, 'time') ?? Date.now();
    const names = queryList(request, 'markets') ?? ['NYSE', 'NASDAQ'];
    response.json({ clocks: names.map((name) => clockOf(marketNamed(name), now)) });
  });
  router.get('/calendar/:market', (request, response) => {
    const market = marketNamed(request.params.market);
    const writeTime = queryText(request, 'timezone') === 'UTC' ? utcTime : newYorkTime;
    const start = noonOf(queryTime(request, 'start') ?? startOfDay(Date.now()));
    const end = noonOf(queryTime(request, 'end') ?? start + DEFAULT_DAYS * DAY);
    if (end - start > MAX_DAYS * DAY) throw badRequest('the simulator lists at most three years');
    const days: ReturnType<typeof calendarDay>[] = [];
    for (let noon = start; noon <= end; noon += DAY) {
      if (isWeekday(noon)) days.push(calendarDay(startOfDay(noon), writeTime));
    }
    response.json({ market, calendar: days });
  });
  return router;
}

function marketNamed(name: string): Market {
  const market = MARKETS.get(name);
  if (market === undefined)
    throw notFound(`no market ${name}: the simulator has ${[...MARKETS.keys()].join(', ')}`);
  return market;
}

/** The market of the demo is always open, or it would be dull at night: the phase never leaves `core`. */
function clockOf(market: Market, now: number) {
  const close = nextWeekday(now, CORE_CLOSE);
  return {
    market,
    timestamp: newYorkTime(now),
    is_market_day: true,
    phase: 'core',
    phase_until: newYorkTime(close),
    next_market_open: newYorkTime(nextWeekday(now, CORE_OPEN)),
    next_market_close: newYorkTime(close),
  };
}

/** The next time that a clock in New York shows `timeOfDay` (milliseconds after midnight) on a weekday. */
function nextWeekday(now: number, timeOfDay: number): number {
  let midnight = startOfDay(now);
  while (midnight + timeOfDay <= now || !isWeekday(midnight)) midnight = everyDay.after(midnight);
  return midnight + timeOfDay;
}

function calendarDay(midnight: number, writeTime: (time: number) => string) {
  let settlement = everyDay.after(midnight);
  while (!isWeekday(settlement)) settlement = everyDay.after(settlement);
  return {
    date: dateOf(midnight),
    pre_start: writeTime(midnight + PRE_OPEN),
    pre_end: writeTime(midnight + CORE_OPEN),
    core_start: writeTime(midnight + CORE_OPEN),
    core_end: writeTime(midnight + CORE_CLOSE),
    post_start: writeTime(midnight + CORE_CLOSE),
    post_end: writeTime(midnight + POST_CLOSE),
    settlement_date: dateOf(settlement),
  };
}

/** Dates are read as midnight UTC: noon is on the same day in New York. */
function noonOf(date: number): number {
  return Math.floor(date / DAY) * DAY + DAY / 2 + 5 * 3_600_000;
}

function utcTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
