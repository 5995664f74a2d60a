/**
 * The wire contract between the page and the server: every JSON body that crosses it, and every error code.
 * The widget imports these types and nothing else from the server.
 */

/** One of Alpaca's two trading environments. */
export type Environment = 'paper' | 'live';

/** What a page may ask for: one environment, or one consent that covers both. */
export type RequestedEnvironment = Environment | 'both';

/** What a page may send requests to through the proxy. `data` is Alpaca's Market Data API. */
export type Api = Environment | 'data';

/** The brokerage account behind a connection, as `GET /v2/account` named it when the person connected. */
export interface ConnectedAccount {
  id: string;
  /** Alpaca's account number, whole. Pages should show it masked. Empty when Alpaca did not tell it. */
  number: string;
  /** Alpaca's account status, for example `ACTIVE` or `ACCOUNT_CLOSED`. */
  status: string;
  /** ISO 4217. `USD` when Alpaca did not tell it. */
  currency: string;
  /**
   * Whether the account could place no orders when it was connected: its status is another than `ACTIVE` (on paper,
   * `PAPER_ONLY` is fine too), or Alpaca or the person blocked it. Nothing is refused for it here: Alpaca decides on each
   * order, and `GET /v2/account` says how it is now.
   */
  tradingBlocked: boolean;
}

/** One connected brokerage account. Never holds any part of the access token. */
export interface Connection {
  /** Random, and new each time an account is connected. Worth nothing without the session that holds the connection. */
  id: string;
  /** Through whom the account was connected: `alpaca`, or the id of a broker partner. */
  provider: string;
  environment: Environment;
  account: ConnectedAccount;
  /** The scope that Alpaca granted, space-delimited. Empty means read-only. */
  scope: string;
  /** ISO 8601, UTC. */
  connectedAt: string;
  /** ISO 8601, UTC. Present when Alpaca no longer accepts the token: the person has to reconnect. */
  revokedAt?: string;
}

/** An account with which the app may act while the person is away. Never holds any part of the access token. */
export interface AwayPermission
  extends Pick<Connection, 'id' | 'provider' | 'environment' | 'account' | 'scope'> {
  /** When it ends by itself. ISO 8601, UTC. */
  until: string;
}

/** Through whom people can connect an account. */
export interface Provider {
  id: string;
  /** As people should read it. */
  name: string;
  environments: Environment[];
  /** The scopes that a page may ask for. */
  scopes: string[];
  /** What the dialog of its buttons says in place of the app's `disclosure`. Absent: the same as for all. */
  disclosure?: string;
  /** An https address where its customers see which apps may use their accounts, and end that. Absent when it is not known. */
  manageUrl?: string;
}

/** Answer of `GET /connections`. */
export interface ConnectionsAnswer {
  /** The name of the app, as people should read it in the disclosure. */
  app: string;
  /** The environments that this server offers. */
  environments: Environment[];
  /** The scopes that a page may ask for. */
  scopes: string[];
  /**
   * What the dialog says above the permissions: a text of the integrator's own, the word `review` for the paragraph that
   * Alpaca's review of apps compares, or null for nothing more than the widget's own sentences.
   */
  disclosure: string | null;
  /** An https address where people learn more about the app. Never null with `review`. */
  appUrl: string | null;
  /** The pages of the asking page's origin that redirect mode may return to: origin and path. */
  returnPages: string[];
  providers: Provider[];
  /** How many connections one person can have at a time. */
  connectionsPerSession: number;
  /** For how many days a page may ask that the app acts while the person is away. 0: not at all. */
  awayDays: number;
  connections: Connection[];
  /** What the person who is signed in to the app allowed it to do while they are away, in any browser. */
  away: AwayPermission[];
}

/** Body of `POST /attempts`, sent by the launch page. */
export interface AttemptRequest {
  /** Through whom to connect. Default: `alpaca`. */
  provider?: string | undefined;
  environment: RequestedEnvironment;
  /** Space-delimited. Omitted: every scope the server offers. Empty: read-only. */
  scope?: string | undefined;
  /** For how many days the app may act while the person is away, at most `awayDays`. Omitted: not at all. */
  away?: number | undefined;
  /** RFC 7636 section 4.2, method S256: 43 characters of base64url. */
  codeChallenge: string;
  /** base64url(SHA-256) of the text that the person agreed to before, for the log. Absent when none was shown. */
  disclosure?: string | undefined;
  /** The origin of the page that will receive the grant. */
  origin: string;
  /** Whether the browser counted that page as one of this server's site when it opened the launch page. */
  sameSite?: boolean | undefined;
}

/** Answer of `POST /attempts`. */
export interface AttemptAnswer {
  /** Where the popup goes next: Alpaca's authorize page. */
  authorizationUrl: string;
  state: string;
}

/** Body of `POST /connections`. */
export interface ExchangeRequest {
  /** The sealed grant that the callback page delivered. Never Alpaca's own code. */
  code: string;
  /** RFC 7636 section 4.1. */
  codeVerifier: string;
  /** Whether the account stands beside those of its environment. Otherwise it takes their place. */
  keep?: boolean | undefined;
}

/** Body of `POST /mailbox/:attempt`, sent by the callback page. */
export interface MailboxDeposit {
  grant: string;
}

/** Answer of `GET /mailbox/:attempt`: the grant, or why there is none. 204 means nothing arrived yet. */
export type MailboxAnswer = { grant: string } | { error: ConnectErrorCode; message: string };

/**
 * One of Alpaca's trade updates, as its `trade_updates` stream sends it. In `GET /paper/stream` and `GET /live/stream` it is
 * the data of a server-sent event whose name is `event`.
 */
export interface TradeUpdate {
  /** `new`, `partial_fill`, `fill`, `canceled`, `expired`, `replaced`, `rejected` and others: Alpaca adds to them. */
  event: string;
  /** The order after the event, as `GET /v2/orders/{order_id}` answers it. */
  order: { id: string; client_order_id: string; symbol: string; status: string; [field: string]: unknown };
  /** Price of this fill, in the account's currency. */
  price?: string;
  /** Quantity of this fill. */
  qty?: string;
  /** The whole position after this fill. Negative when short. */
  position_qty?: string;
  /** ISO 8601, UTC. */
  timestamp?: string;
  [field: string]: unknown;
}

/** Data of the server-sent event `status`: whether the server hears Alpaca. Sent first, and on each change. */
export interface StreamStatus {
  state: 'connecting' | 'open' | 'retrying';
  /** Milliseconds until the server tries again, when it is retrying. */
  retryIn?: number;
}

/** Data of the server-sent event `gap`: updates may be missing before the next one. Ask for the orders again. */
export interface StreamGap {
  /** `buffer`: the listener was away for longer than the server remembers. `upstream`: the server could not hear Alpaca. */
  reason: 'buffer' | 'upstream';
}

/** Data of the server-sent event `end`: the last one. To listen again would be refused with the same code. */
export interface StreamEnd {
  code: ServerErrorCode;
  /** What happened and what to do next, for a person. */
  message: string;
}

/** Every error body of the server. */
export interface ErrorAnswer {
  code: ServerErrorCode;
  /** What happened and what to do next, for a person. */
  message: string;
  /** Names this request in the server's log. */
  requestId: string;
}

/** The codes that the element's `alpaca-error` event and a rejected `connect()` carry. */
export type ConnectErrorCode =
  | 'popup_blocked'
  | 'popup_closed'
  | 'cancelled'
  | 'access_denied'
  | 'timeout'
  | 'origin_not_allowed'
  | 'opener_blocked'
  | 'attempt_expired'
  | 'live_not_allowed'
  | 'exchange_failed'
  | 'cookies_blocked'
  | 'network'
  | 'provider_error'
  | 'config_invalid';

/** The codes of error bodies: what a connect flow can end in, and what any request can be refused for. */
export type ServerErrorCode =
  | ConnectErrorCode
  | 'header_missing'
  | 'bad_request'
  | 'bad_path'
  | 'body_too_large'
  | 'not_found'
  | 'method_not_allowed'
  | 'operation_not_allowed'
  | 'insufficient_scope'
  | 'not_connected'
  | 'connection_ambiguous'
  | 'too_many_connections'
  | 'connection_revoked'
  | 'session_store_unavailable'
  | 'overloaded'
  | 'rate_limited'
  | 'upstream_unreachable'
  | 'upstream_timeout'
  | 'upstream_invalid'
  | 'upstream_refused'
  | 'internal';
