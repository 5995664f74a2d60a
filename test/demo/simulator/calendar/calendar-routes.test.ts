import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterAll(() => simulator.close());

describe('calendarRoutes()', () => {
  it('lists the weekdays with their sessions, in New York’s time or in UTC', async () => {
    const week = '/paper/v3/calendar/NYSE?start=2026-03-06&end=2026-03-09';
    const { body } = await call(`GET ${week}`);
    expect(body).toMatchObject({
      market: { acronym: 'NYSE', mic: 'XNYS', timezone: 'America/New_York' },
      calendar: [
        { date: '2026-03-06', core_start: '2026-03-06T09:30:00-05:00', settlement_date: '2026-03-09' },
        { date: '2026-03-09', core_start: '2026-03-09T09:30:00-04:00', settlement_date: '2026-03-10' },
      ],
    });
    const inUtc = (await call(`GET ${week}&timezone=UTC`)).body as { calendar: { core_end: string }[] };
    expect(inUtc.calendar.map(({ core_end }) => core_end)).toEqual([
      '2026-03-06T21:00:00Z',
      '2026-03-09T20:00:00Z',
    ]);
  });

  it('knows when markets open and close next', async () => {
    const { body } = await call('GET /paper/v3/clock?markets=NASDAQ,XNYS&time=2026-06-12T20:30:00Z');
    const { clocks } = body as { clocks: Record<string, unknown>[] };
    expect(clocks).toHaveLength(2);
    expect(clocks[0]).toMatchObject({
      timestamp: '2026-06-12T16:30:00-04:00',
      next_market_open: '2026-06-15T09:30:00-04:00',
      next_market_close: '2026-06-15T16:00:00-04:00',
    });
  });

  it('answers 404 for a market that it does not have, and 400 for a century', async () => {
    expect((await call('GET /paper/v3/calendar/MOON')).status).toBe(404);
    expect((await call('GET /paper/v3/clock?markets=MOON')).status).toBe(404);
    expect((await call('GET /paper/v3/calendar/NYSE?start=1950-01-01&end=2050-01-01')).status).toBe(400);
  });
});
