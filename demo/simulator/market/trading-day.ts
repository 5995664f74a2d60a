import { holidaysOf } from './holidays.ts';

/** The length of a day, in milliseconds. */
export const DAY = 86_400_000;

const HOUR = 3_600_000;
/** When the core session of the US stock exchanges begins and ends, in milliseconds after midnight in New York. */
export const CORE_OPEN = 9.5 * HOUR;
export const CORE_CLOSE = 16 * HOUR;

const offsetName = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  timeZoneName: 'longOffset',
});
const offsets = new Map<number, number>();

/**
 * New York's distance from UTC on the UTC day of a moment, in milliseconds. Looked up once a day, so it is an hour off
 * between midnight and two o'clock on the two nights a year when clocks change.
 */
function newYorkOffset(time: number): number {
  const day = Math.floor(time / DAY);
  const known = offsets.get(day);
  if (known !== undefined) return known;
  const hours = Number(/GMT([+-]\d\d)/.exec(offsetName.format(day * DAY + DAY / 2))?.[1]);
  offsets.set(day, hours * HOUR);
  return hours * HOUR;
}

/** Midnight in New York before a moment; both in milliseconds since 1970. Alpaca's daily bars begin there. */
export function startOfDay(time: number): number {
  const offset = newYorkOffset(time);
  return Math.floor((time + offset) / DAY) * DAY - offset;
}

/** The next time that a clock in New York shows `timeOfDay` (milliseconds after midnight); in milliseconds since 1970. */
export function nextTime(time: number, timeOfDay: number): number {
  const today = startOfDay(time) + timeOfDay;
  return today > time ? today : today + DAY;
}

/** `nextTime` on a day on which the US stock exchanges open. */
export function nextTradingTime(time: number, timeOfDay: number): number {
  let next = nextTime(time, timeOfDay);
  while (!isTradingDay(next)) next = nextTime(next, timeOfDay);
  return next;
}

/** When the trading day ends: at four in the afternoon in New York, weekends and holidays too. */
export function nextClose(time: number): number {
  return nextTime(time, CORE_CLOSE);
}

/** `YYYY-MM-DD` in New York. */
export function dateOf(time: number): string {
  return new Date(time + newYorkOffset(time)).toISOString().slice(0, 10);
}

/** RFC 3339 with New York's offset and whole seconds, as Alpaca's clock writes it. */
export function newYorkTime(time: number): string {
  const offset = newYorkOffset(time);
  const hours = String(-offset / HOUR).padStart(2, '0');
  return `${new Date(time + offset).toISOString().slice(0, 19)}-${hours}:00`;
}

/** Whether a moment is on a day on which the US stock exchanges open: a Monday to Friday in New York, and no holiday. */
export function isTradingDay(time: number): boolean {
  const date = dateOf(time);
  const weekday = new Date(date).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !holidaysOf(Number(date.slice(0, 4))).has(date);
}
