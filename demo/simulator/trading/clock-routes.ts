import { Router } from 'express';
import { badRequest } from '../api/api-error.ts';
import { queryTime } from '../api/query.ts';
import {
  CORE_OPEN,
  DAY,
  dateOf,
  isTradingDay,
  newYorkTime,
  nextClose,
  nextTime,
} from '../market/trading-day.ts';

const MAX_CALENDAR = 1_100 * DAY;

/** Clock and calendar. The market of the demo is always open, or it would be dull at night. */
export function clockRoutes(): Router {
  const router = Router();
  router.get('/clock', (_request, response) => {
    const now = Date.now();
    response.json({
      timestamp: newYorkTime(now),
      is_open: true,
      next_open: newYorkTime(nextTime(now, CORE_OPEN)),
      next_close: newYorkTime(nextClose(now)),
    });
  });
  router.get('/calendar', (request, response) => {
    const start = queryTime(request, 'start') ?? Date.now();
    const end = queryTime(request, 'end') ?? start + 365 * DAY;
    if (end - start > MAX_CALENDAR) throw badRequest('the simulator lists at most three years');
    response.json(tradingDays(start, end).map(calendarDay));
  });
  return router;
}

/** Both ends are dates, read as midnight UTC: noon keeps them on their day in New York. */
function tradingDays(start: number, end: number): number[] {
  const days: number[] = [];
  for (let day = Math.floor(start / DAY) * DAY + DAY / 2; day <= end + DAY / 2; day += DAY) {
    if (isTradingDay(day)) days.push(day);
  }
  return days;
}

function calendarDay(day: number) {
  let settlement = day + DAY;
  while (!isTradingDay(settlement)) settlement += DAY;
  return {
    date: dateOf(day),
    open: '09:30',
    close: '16:00',
    session_open: '0400',
    session_close: '2000',
    settlement_date: dateOf(settlement),
  };
}
