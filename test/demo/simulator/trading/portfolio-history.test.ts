import { describe, expect, it } from 'vitest';
import { findAsset } from '../../../../demo/simulator/market/assets.ts';
import { portfolioHistory } from '../../../../demo/simulator/trading/portfolio-history.ts';
import { openDesk, settle, ticket } from './desk-stage.ts';

const MINUTE = 60_000;

/** The equity of the last day, minute by minute, as it will be seen at `now`. */
function lastDay({ account, prices }: ReturnType<typeof openDesk>, now: number) {
  const query = { period: '1D', timeframe: '1Min', start: undefined, end: undefined };
  const { timestamp, equity } = portfolioHistory(account, prices, query, now);
  return new Map(timestamp.map((time, index) => [time * 1_000, equity[index] ?? 0]));
}

describe('portfolioHistory()', () => {
  it('follows a trade from its own minute on, by what was bought and how its price moves', () => {
    const [still, traded] = [openDesk(), openDesk()];
    traded.desk.place(traded.account, ticket({ symbol: 'AAPL', qty: '50' }));
    settle(traded);
    const fills = traded.account.fills.filter(({ time }) => time > Date.now() - MINUTE);
    const apple = findAsset('AAPL');
    if (apple === undefined) throw new Error('AAPL is gone from ASSETS.');

    const now = Date.now() + 90 * MINUTE;
    const [before, after] = [lastDay(still, now), lastDay(traded, now)];
    let moved = 0;
    for (const [time, equity] of after) {
      const bought = fills.filter((fill) => fill.time <= time);
      const gain = bought.reduce(
        (sum, { qty, price }) => sum + qty * (traded.prices.at(apple, time) - price),
        0,
      );
      expect(equity - (before.get(time) ?? Number.NaN)).toBeCloseTo(gain, 1);
      if (Math.abs(gain) > 0.01) moved += 1;
    }
    expect(moved).toBeGreaterThan(60);
  });

  it('moves while one looks at it', () => {
    const stage = openDesk();
    const now = Date.now();
    const ends = Array.from({ length: 20 }, (_, second) =>
      [...lastDay(stage, now + second * 1_000).values()].at(-1),
    );
    expect(new Set(ends).size).toBeGreaterThan(15);
  });
});
