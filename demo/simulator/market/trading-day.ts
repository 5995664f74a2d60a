/** The length of a day, in milliseconds. */
export const DAY = 86_400_000;

/** New York in summer. The simulated exchange keeps it all year: daylight saving teaches nobody anything here. */
const NEW_YORK_OFFSET = -4 * 3_600_000;

/** Midnight in New York before a moment; both in milliseconds since 1970. Alpaca's daily bars begin there. */
export function startOfDay(time: number): number {
  return Math.floor((time + NEW_YORK_OFFSET) / DAY) * DAY - NEW_YORK_OFFSET;
}

/** `YYYY-MM-DD` in New York. */
export function dateOf(time: number): string {
  return new Date(time + NEW_YORK_OFFSET).toISOString().slice(0, 10);
}

/** RFC 3339 with New York's offset and whole seconds, as Alpaca's clock writes it. */
export function newYorkTime(time: number): string {
  return `${new Date(time + NEW_YORK_OFFSET).toISOString().slice(0, 19)}-04:00`;
}
