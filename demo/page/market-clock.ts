import type { Clock } from './alpaca-answers.ts';
import type { Desk } from './desk.ts';
import { findPart } from './find-part.ts';

const NEW_YORK = 'America/New_York';
const time = new Intl.DateTimeFormat('en-US', { timeZone: NEW_YORK, hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-US', {
  timeZone: NEW_YORK,
  weekday: 'short',
  month: 'short',
  day: 'numeric',
});

/** Whether the stock market is open. Says nothing while it is not known. @returns what refreshes it */
export function marketClock({ root, account }: Desk): () => Promise<boolean> {
  const element = findPart(root, 'market-clock');
  return async () => {
    const clock = await account.clock().catch(() => undefined);
    element.dataset['open'] = String(clock?.is_open ?? 'unknown');
    element.textContent = clock === undefined ? '' : describeClock(clock);
    return clock !== undefined;
  };
}

/** `Market open until 4:00 PM ET`, `Market closed until Mon, Nov 23, 9:30 AM ET` */
export function describeClock(clock: Clock): string {
  const until = new Date(clock.is_open ? clock.next_close : clock.next_open);
  const today = day.format(new Date(clock.timestamp));
  const date = day.format(until) === today ? '' : `${day.format(until)}, `;
  return `Market ${clock.is_open ? 'open' : 'closed'} until ${date}${time.format(until)} ET`;
}
