/** The days of a year, as `YYYY-MM-DD`, on which the US stock exchanges stay closed although it is no weekend. */
export function holidaysOf(year: number): ReadonlySet<string> {
  const known = holidays.get(year) ?? new Set(computeHolidays(year).map(dateText));
  holidays.set(year, known);
  return known;
}

const holidays = new Map<number, ReadonlySet<string>>();
const DAY = 86_400_000;
const [SUNDAY, MONDAY, THURSDAY, SATURDAY] = [0, 1, 4, 6] as const;

/** As rule 7.2 of the New York Stock Exchange lists them; midnights in UTC. */
function computeHolidays(year: number): number[] {
  return [
    newYear(year),
    weekdayOf(year, 1, MONDAY, 3), // Martin Luther King Day
    weekdayOf(year, 2, MONDAY, 3), // Presidents' Day
    easter(year) - 2 * DAY, // Good Friday
    weekdayOf(year, 6, MONDAY, 1) - 7 * DAY, // Memorial Day, the last Monday of May
    ...(year < 2022 ? [] : [observed(Date.UTC(year, 5, 19))]), // Juneteenth
    observed(Date.UTC(year, 6, 4)), // Independence Day
    weekdayOf(year, 9, MONDAY, 1), // Labor Day
    weekdayOf(year, 11, THURSDAY, 4), // Thanksgiving
    observed(Date.UTC(year, 11, 25)), // Christmas
  ];
}

/** On a Saturday it is not moved to the Friday, which belongs to the old year. */
function newYear(year: number): number {
  const day = Date.UTC(year, 0, 1);
  return new Date(day).getUTCDay() === SATURDAY ? day : observed(day);
}

/** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
function observed(day: number): number {
  const weekday = new Date(day).getUTCDay();
  if (weekday === SATURDAY) return day - DAY;
  return weekday === SUNDAY ? day + DAY : day;
}

/** The first, second, … such day of a month, which is counted from 1. */
function weekdayOf(year: number, month: number, weekday: number, count: number): number {
  const first = Date.UTC(year, month - 1, 1);
  const days = (weekday - new Date(first).getUTCDay() + 7) % 7;
  return first + (days + (count - 1) * 7) * DAY;
}

/** Easter Sunday, by the Gregorian rule as Meeus writes it (Astronomical Algorithms, chapter 8). */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const days = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1);
}

function dateText(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
