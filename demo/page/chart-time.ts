/** Seconds, as `chartTime` counts them. */
export type ChartTime = import('lightweight-charts').UTCTimestamp;

const clock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
});
const HOUR = 3_600_000;
const offsets = new Map<number, number>();

/**
 * A moment as the charts want it: they write everything as UTC, and markets live by New York's clock. So this is the
 * number of seconds since 1970 at which UTC's clock shows what New York's does.
 * @param moment milliseconds since 1970
 */
export function chartTime(moment: number): ChartTime {
  return Math.floor((moment + offsetAt(moment)) / 1_000) as ChartTime;
}

/** New York's distance from UTC in milliseconds. It changes on the hour only. */
function offsetAt(moment: number): number {
  const hour = Math.floor(moment / HOUR);
  const known = offsets.get(hour) ?? computeOffset(hour * HOUR);
  offsets.set(hour, known);
  return known;
}

function computeOffset(moment: number): number {
  const parts = clock.formatToParts(moment).map(({ type, value }) => [type, Number(value)] as const);
  const { year = 0, month = 1, day = 1, hour = 0 } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour) - moment;
}

/** The start of the step of so many seconds that holds `time`. A day is a step, too. */
export function startOfStep(time: ChartTime, step: number): ChartTime {
  return (time - (time % step)) as ChartTime;
}
