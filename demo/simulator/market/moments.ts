import { badRequest } from '../api/api-error.ts';
import { DAY, dateOf, startOfDay } from './trading-day.ts';

/** Regular moments, in milliseconds since 1970: every second, every hour, every month. */
export interface Moments {
  /** The last of them that is not after `time`. */
  before(time: number): number;
  /** The one that follows `moment`. */
  after(moment: number): number;
  /** Milliseconds from one to the next. Undefined for those of the calendar, whose days differ. */
  interval?: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Moments that are the same number of milliseconds apart, counted from 1970. */
function every(interval: number): Moments {
  return {
    before: (time) => Math.floor(time / interval) * interval,
    after: (moment) => moment + interval,
    interval,
  };
}

export const everySecond = every(1_000);

/** Midnights in New York. Days there last 23 to 25 hours. */
export const everyDay: Moments = {
  // By way of noon: on the nights when clocks change, midnight itself is an hour off.
  before: (time) => startOfDay(startOfDay(time) + DAY / 2),
  after: (midnight) => startOfDay(midnight + DAY + HOUR),
};

/** The midnights before Mondays. */
const everyWeek: Moments = {
  before: (time) => daysBack(time, (new Date(dateOf(time)).getUTCDay() + 6) % 7),
  after: (monday) => startOfDay(monday + 7 * DAY + HOUR),
};

/** The midnights before every month that is a multiple of `months` after January. */
function everyMonths(months: number): Moments {
  function before(time: number): number {
    const day = new Date(dateOf(time));
    const month = day.getUTCMonth() - (day.getUTCMonth() % months);
    return startOfDay(Date.UTC(day.getUTCFullYear(), month, 1, 12));
  }
  return { before, after: (first) => before(first + months * 31 * DAY + HOUR) };
}

/** The units of Alpaca's timeframes, long and short, and how many of each one bar may hold. */
const UNITS: readonly [name: RegExp, counts: (count: number) => boolean, (count: number) => Moments][] = [
  [/^(?:Min|T)$/, (count) => count <= 59, (count) => every(count * MINUTE)],
  [/^(?:Hour|H)$/, (count) => count <= 23, (count) => every(count * HOUR)],
  [/^(?:Day|D)$/, (count) => count === 1, () => everyDay],
  [/^(?:Week|W)$/, (count) => count === 1, () => everyWeek],
  [/^(?:Month|M)$/, (count) => [1, 2, 3, 4, 6, 12].includes(count), everyMonths],
];

/** When the bars of a timeframe begin, for example of `5Min` or `1Day`. @throws ApiError 400 for an unknown one */
export function momentsOf(timeframe: string): Moments {
  const [, digits, name = ''] = /^([1-9]\d?)([A-Za-z]+)$/.exec(timeframe) ?? [];
  const count = Number(digits);
  const unit = UNITS.find(([pattern, fits]) => pattern.test(name) && fits(count));
  if (unit === undefined)
    throw badRequest('invalid timeframe: one of [1-59]Min, [1-23]Hour, 1Day, 1Week, [1,2,3,4,6,12]Month');
  return unit[2](count);
}

/** Noon is on its own day whatever the clocks do in between. */
function daysBack(time: number, days: number): number {
  return startOfDay(startOfDay(time) + DAY / 2 - days * DAY);
}
