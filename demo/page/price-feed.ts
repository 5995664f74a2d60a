import type { Snapshot } from './alpaca-answers.ts';
import type { Desk } from './desk.ts';
import { poll } from './poll.ts';

/** Milliseconds. One request for all symbols: 30 a minute of the 200 that Alpaca allows. */
const EVERY = 2_000;

/** What is known of one symbol's price. Undefined where Alpaca has none; `failure` where it could not be asked. */
export type PriceNews = { snapshot: Snapshot | undefined } | { failure: unknown };

/**
 * Keeps the prices of what is held, and of the symbol that the ticket shows, at Alpaca's latest.
 * @param chosen the ticket's symbol, or the empty string
 * @returns what asks right away, for a symbol that was chosen just now
 */
export function priceFeed(
  { account, portfolio, signal }: Desk,
  { chosen, show }: { chosen: () => string; show: (symbol: string, news: PriceNews) => void },
): () => void {
  async function ask(): Promise<boolean> {
    const symbol = chosen();
    const held = portfolio.positions.filter(({ position }) => position.asset_class === 'us_equity');
    const symbols = new Set([symbol, ...held.map(({ position }) => position.symbol)]);
    symbols.delete('');
    if (symbols.size === 0) return true;
    try {
      const snapshots = await account.snapshots([...symbols]);
      portfolio.reprice(pricesIn(snapshots));
      if (symbol === chosen()) show(symbol, { snapshot: snapshots[symbol] });
      return true;
    } catch (failure) {
      if (symbol === chosen()) show(symbol, { failure });
      return false;
    }
  }

  return poll(ask, { every: EVERY, signal });
}

/** The price of the latest trade of each symbol, as a decimal string. */
export function pricesIn(snapshots: Readonly<Record<string, Snapshot>>): Map<string, string> {
  return new Map(
    Object.entries(snapshots).flatMap(([symbol, { latestTrade }]) =>
      latestTrade ? [[symbol, String(latestTrade.p)] as const] : [],
    ),
  );
}
