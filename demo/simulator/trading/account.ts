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

/** What keeps an account from trading, under Alpaca's own names. */
export interface Standing {
  status: string;
  account_blocked: boolean;
  trading_blocked: boolean;
}

/** A brokerage account of the simulated person, as the state file keeps it. */
export interface Account {
  id: string;
  /** Alpaca's account number: paper accounts begin with `PA`. */
  number: string;
  environment: Environment;
  /** The broker partner's end user whose it is. Absent: the simulated person's own, whom Alpaca itself asks for consent. */
  endUser?: string | undefined;
  /** What the consent page calls it. */
  name: string;
  openedAt: string;
  /** Dollars, before the first order. */
  openingCash: number;
  configurations: Configurations;
  /** Absent: active, and not blocked. */
  standing?: Standing | undefined;
  /** Oldest first. */
  orders: Order[];
  /** Oldest first. */
  fills: Fill[];
  watchlists: Watchlist[];
}

/** The hosts that accounts trade at. In the sandbox, a broker partner's end users have accounts without real money. */
export type TradingHost = Environment | 'sandbox';

/** The one host that knows an account. */
export function hostOf({ environment, endUser }: Pick<Account, 'environment' | 'endUser'>): TradingHost {
  return environment === 'paper' && endUser !== undefined ? 'sandbox' : environment;
}

/** How an account stands that nothing keeps from trading. */
const GOOD_STANDING: Standing = { status: 'ACTIVE', account_blocked: false, trading_blocked: false };

/** Whether an account may place orders. A paper account may in `PAPER_ONLY`, too. */
export function mayTrade(account: Account): boolean {
  const { status, account_blocked, trading_blocked } = standingOf(account);
  const isActive = status === 'ACTIVE' || (account.environment === 'paper' && status === 'PAPER_ONLY');
  return isActive && !account_blocked && !trading_blocked;
}

/** How an account stands, with the changes that are given. */
export function standingOf({ standing }: Account, changes: Partial<Standing> = {}): Standing {
  return { ...GOOD_STANDING, ...standing, ...changes };
}
