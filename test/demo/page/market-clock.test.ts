import { describe, expect, it } from 'vitest';
import { describeClock } from '../../../demo/page/market-clock.ts';

describe('describeClock()', () => {
  it('says until when an open market is open, in New York time', () => {
    const clock = {
      timestamp: '2026-11-23T16:00:00Z',
      is_open: true,
      next_open: '2026-11-24T14:30:00Z',
      next_close: '2026-11-23T21:00:00Z',
    };
    expect(describeClock(clock)).toBe('Market open until 4:00 PM ET');
  });

  it('names the day on which a closed market opens', () => {
    const clock = {
      timestamp: '2026-11-21T16:00:00-05:00',
      is_open: false,
      next_open: '2026-11-23T09:30:00-05:00',
      next_close: '2026-11-23T16:00:00-05:00',
    };
    expect(describeClock(clock)).toBe('Market closed until Mon, Nov 23, 9:30 AM ET');
  });

  it('leaves out a day that is today in New York, though tomorrow in UTC', () => {
    const clock = {
      timestamp: '2026-11-23T23:30:00-05:00',
      is_open: true,
      next_open: '2026-11-24T09:30:00-05:00',
      next_close: '2026-11-23T23:45:00-05:00',
    };
    expect(describeClock(clock)).toBe('Market open until 11:45 PM ET');
  });
});
