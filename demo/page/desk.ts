import type { OrderBook } from './order-book.ts';
import type { Portfolio } from './portfolio.ts';
import type { TradingAccount } from './trading-account.ts';

/** What the panels of one desk share: one account, and what is known of it. */
export interface Desk {
  /** Holds the panels and nothing else. */
  root: HTMLElement;
  /** Which account it is, for people: `Paper ••ESK2`, or `Acme Invest Live ••0011` at a broker partner. */
  name: string;
  account: TradingAccount;
  portfolio: Portfolio;
  book: OrderBook;
  /** Ends everything of this desk. */
  signal: AbortSignal;
}
