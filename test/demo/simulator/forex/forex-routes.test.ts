import { expect, it } from 'vitest';
import { startSimulator } from '../../../../demo/simulator/index.ts';
import { callerOf } from '../caller.ts';

it('forexRoutes() samples rates at the timeframe, with the mid between bid and ask', async () => {
  await using simulator = await startSimulator();
  const call = callerOf(simulator);
  const query =
    'currency_pairs=USDJPY,EURUSD&timeframe=5S&start=2026-06-15T14:30:00Z&end=2026-06-15T14:30:20Z';
  const { body } = await call(`GET /data/v1beta1/forex/rates?${query}`);
  const { rates } = body as { rates: Record<string, { t: string; bp: number; mp: number; ap: number }[]> };
  expect(Object.keys(rates)).toEqual(['EURUSD', 'USDJPY']);
  expect(rates['EURUSD']?.map(({ t }) => t.slice(17, 19))).toEqual(['00', '05', '10', '15', '20']);
  for (const { bp, mp, ap } of Object.values(rates).flat())
    expect([bp, mp, ap]).toEqual([bp, mp, ap].toSorted((a, b) => a - b));
  expect(Math.abs((rates['EURUSD']?.[0]?.mp ?? 0) / 1.08 - 1)).toBeLessThan(0.3);
  expect((await call('GET /data/v1beta1/forex/rates?currency_pairs=EURUSD&timeframe=3S')).status).toBe(400);
  expect((await call('GET /data/v1beta1/forex/latest/rates')).status).toBe(400);
});
