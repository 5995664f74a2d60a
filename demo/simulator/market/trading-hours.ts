import { dateOf } from './trading-day.ts';

const HOUR = 3_600_000;

/** When the sessions of the US stock exchanges begin and end, in milliseconds after midnight in New York. */
export const PRE_OPEN = 4 * HOUR;
export const CORE_OPEN = 9.5 * HOUR;
export const CORE_CLOSE = 16 * HOUR;
export const POST_CLOSE = 20 * HOUR;

/** Whether a moment is on a Monday to Friday in New York. The simulator knows no holidays. */
export function isWeekday(time: number): boolean {
  return ![0, 6].includes(new Date(dateOf(time)).getUTCDay());
}
