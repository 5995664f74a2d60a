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

/** `GET /v2/orders/{id}`, and one entry of `GET /v2/orders` */
export interface Order {
  id: string;
  symbol: string;
  side: OrderSide;
  /** `market`, `limit`, and others that this page only shows. */
  type: string;
  time_in_force: string;
  /** Null when a dollar amount was ordered. */
  qty: string | null;
  notional: string | null;
  filled_qty: string;
  filled_avg_price: string | null;
  limit_price: string | null;
  /** An open set: Alpaca adds states. */
  status: string;
}

/** `GET /v2/clock` */
export interface Clock {
  timestamp: string;
  is_open: boolean;
  next_open: string;
  next_close: string;
}

/** `GET /v2/stocks/{symbol}/quotes/latest`, of the Market Data API: here amounts are numbers, 0 where nobody quotes. */
export interface LatestQuote {
  symbol: string;
  quote: {
    /** Ask price. */
    ap: number;
    /** Bid price. */
    bp: number;
    /** When the quote was made. */
    t: string;
  };
}
