import type { Environment } from '../../../server/contract.ts';
import type { Fill } from './fill.ts';
import type { Order } from './order.ts';

/** What a person may set with `PATCH /v2/account/configurations`, under Alpaca's own names. */
export interface Configurations {
  disable_overnight_trading: boolean;
  fractional_trading: boolean;
  max_margin_multiplier: '1' | '2' | '4';
  max_options_trading_level: number;
  no_shorting: boolean;
  ptp_no_exception_entry: boolean;
  suspend_trade: boolean;
  trade_confirm_email: 'all' | 'none';
}

/** A named list of symbols, in the person's order. */
export interface Watchlist {
  id: string;
  name: string;
  symbols: string[];
  createdAt: string;
  updatedAt: string;
}

/** A brokerage account of the simulated person, as the state file keeps it. */
export interface Account {
  id: string;
  /** Alpaca's account number: paper accounts begin with `PA`. */
  number: string;
  environment: Environment;
  /** What the consent page calls it. */
  name: string;
  openedAt: string;
  /** Dollars, before the first order. */
  openingCash: number;
  configurations: Configurations;
  /** Oldest first. */
  orders: Order[];
  /** Oldest first. */
  fills: Fill[];
  watchlists: Watchlist[];
}
