import { expect, it } from 'vitest';
import { startSimulator } from '../../../../demo/simulator/index.ts';
import { callerOf } from '../caller.ts';

interface Movers {
  gainers: { symbol: string; percent_change: number }[];
  losers: { symbol: string; percent_change: number }[];
}

it('screenerRoutes() ranks what rose, what fell and what was traded', async () => {
  await using simulator = await startSimulator();
  const call = callerOf(simulator);
  const movers = (await call('GET /data/v1beta1/screener/stocks/movers?top=3')).body as Movers;
  const gains = movers.gainers.map(({ percent_change }) => percent_change);
  const losses = movers.losers.map(({ percent_change }) => percent_change);
  expect(gains).toEqual(gains.filter((gain) => gain >= 0).toSorted((one, other) => other - one));
  expect(losses).toEqual(losses.filter((loss) => loss <= 0).toSorted((one, other) => one - other));
  expect(gains.length + losses.length).toBeGreaterThanOrEqual(3);
  expect(Math.max(gains.length, losses.length)).toBe(3);
  for (const [by, field] of [
    ['volume', 'volume'],
    ['trades', 'trade_count'],
  ] as const) {
    const { body } = await call(`GET /data/v1beta1/screener/stocks/most-actives?by=${by}&top=5`);
    const actives = (body as { most_actives: Record<string, number>[] }).most_actives.map(
      (one) => one[field] ?? 0,
    );
    expect(actives).toHaveLength(5);
    expect(actives).toEqual(actives.toSorted((one, other) => other - one));
  }
  expect((await call('GET /data/v1beta1/screener/bonds/movers')).status).toBe(404);
  expect((await call('GET /data/v1beta1/screener/stocks/most-actives?by=fame')).status).toBe(400);
});
