import { round } from '../api/decimal.ts';
import { findAsset } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import type { Account } from './account.ts';
import type { Fill } from './fill.ts';

/** How much of one asset an account holds, and what it paid for it, in dollars. */
export interface Holding {
  symbol: string;
  qty: number;
  cost: number;
}

/** What is left after a list of fills: cash change and holdings. */
interface Ledger {
  cash: number;
  holdings: Map<string, Holding>;
}

/** The account's cash and holdings now. */
export function ledgerOf(account: Account): Ledger {
  const ledger: Ledger = { cash: account.openingCash, holdings: new Map() };
  for (const fill of account.fills) applyFill(ledger, fill);
  return ledger;
}

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

/** What the holdings are worth at a moment, in dollars. */
export function marketValue(ledger: Ledger, prices: PriceWalk, time: number): number {
  let value = 0;
  for (const { symbol, qty } of ledger.holdings.values()) {
    const asset = findAsset(symbol);
    if (asset !== undefined) value += round(qty * prices.at(asset, time));
  }
  return round(value);
}

/** Adds one fill to a ledger, in place. A sale takes its share of the cost, so the average entry price stays. */
function applyFill(ledger: Ledger, fill: Fill): void {
  const value = round(fill.qty * fill.price);
  const held = ledger.holdings.get(fill.symbol) ?? { symbol: fill.symbol, qty: 0, cost: 0 };
  if (fill.side === 'buy') {
    ledger.cash = round(ledger.cash - value);
    ledger.holdings.set(fill.symbol, {
      ...held,
      qty: round(held.qty + fill.qty, 9),
      cost: held.cost + value,
    });
    return;
  }
  ledger.cash = round(ledger.cash + value);
  const qty = round(held.qty - fill.qty, 9);
  if (qty <= 0) ledger.holdings.delete(fill.symbol);
  else ledger.holdings.set(fill.symbol, { ...held, qty, cost: held.cost * (qty / held.qty) });
}
