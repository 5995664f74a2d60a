import { round } from '../api/decimal.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import type { Account } from './account.ts';
import { applyFill, type Ledger, marketValue } from './holdings.ts';

/** The equity in dollars at each moment (milliseconds, ascending), replayed from the fills. */
export function equityAt(account: Account, prices: PriceWalk, times: readonly number[]): number[] {
  const ledger: Ledger = { cash: account.openingCash, holdings: new Map() };
  let next = 0;
  return times.map((time) => {
    for (
      let fill = account.fills[next];
      fill !== undefined && fill.time <= time;
      fill = account.fills[next]
    ) {
      applyFill(ledger, fill);
      next += 1;
    }
    return round(ledger.cash + marketValue(ledger, prices, time));
  });
}
