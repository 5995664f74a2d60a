/**
 * What this page reads of Alpaca's answers, and nothing more. Amounts are decimal strings, as Alpaca sends them;
 * moments are ISO 8601.
 */

/** `GET /v2/account` */
export interface Account {
  account_number: string;
  status: string;
  currency: string;
  equity: string;
  /** Equity at the close of the previous trading day. */
  last_equity: string;
  buying_power: string;
  cash: string;
}

/** One entry of `GET /v2/positions` */
export interface Position {
  asset_id: string;
  /** `us_equity`, `crypto`, `us_option`. */
  asset_class: string;
  symbol: string;
  /** Negative for a short position. */
  qty: string;
  avg_entry_price: string;
  current_price: string | null;
  market_value: string | null;
  unrealized_pl: string | null;
  /** A fraction: 0.01 is one percent. */
  unrealized_plpc: string | null;
}

export type OrderSide = 'buy' | 'sell';

/** `GET /v2/orders/{id}`, one entry of `GET /v2/orders`, and the order in a trade update */
export interface Order {
  id: string;
  client_order_id: string;
  symbol: string;
  side: OrderSide;
  /** `market`, `limit`, `stop`, and others that this page only shows. */
  type: string;
  time_in_force: string;
  /** Null when a dollar amount was ordered. */
  qty: string | null;
  notional: string | null;
  filled_qty: string;
  filled_avg_price: string | null;
  limit_price: string | null;
  stop_price: string | null;
  /** An open set: Alpaca adds states. */
  status: string;
  submitted_at: string;
  updated_at: string;
}

/** `GET /v2/clock` */
export interface Clock {
  timestamp: string;
  is_open: boolean;
  next_open: string;
  next_close: string;
}

/** `GET /v2/account/portfolio/history`: parallel lists. Here amounts are numbers. */
export interface PortfolioHistory {
  /** Seconds since 1970. */
  timestamp: number[];
  /** Null where Alpaca does not know, 0 before the account was opened. */
  equity: (number | null)[];
}

/** One bar of the Market Data API: start, open, high, low, close. Here and below amounts are numbers. */
export interface Bar {
  t: string;
  o: number;
  h: number;
  l: number;
  c: number;
}

/** One entry of `GET /v2/stocks/snapshots`, of the Market Data API. Null where nothing was traded or quoted. */
export interface Snapshot {
  latestTrade?: { p: number; t: string } | null;
  /** Ask and bid price, 0 where nobody quotes. */
  latestQuote?: { ap: number; bp: number; t: string } | null;
  /** Yesterday, as seen from the latest trading day. */
  prevDailyBar?: Bar | null;
}
