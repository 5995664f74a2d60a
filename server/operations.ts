/** Which of Alpaca's APIs an operation belongs to. The trading API is the same on the paper and the live host. */
export type UpstreamApi = 'trading' | 'data';

/** The methods that the proxy knows. HEAD goes wherever GET goes. */
type OperationMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * The scope that a connection must have been granted. `none` is covered by every connection. `undocumented` means that
 * Alpaca does not say: such an operation stays closed until the integrator opens it by name in `ALPACA_ALLOW`.
 */
export type OperationScope = 'none' | 'trading' | 'account:write' | 'data' | 'undocumented';

/**
 * The headers of a page that reach Alpaca: its documents have them for single operations, and only there do they pass.
 * Pages of other origins may send them, too.
 */
export const operationHeaders = ['Idempotency-Key', 'Last-Event-ID'] as const;

export type OperationHeader = (typeof operationHeaders)[number];

/**
 * A row of the table. `events` marks a never-ending `text/event-stream`, which has no idle and no total deadline; the name
 * of a header lets it pass.
 */
export type OperationRow = readonly [
  api: UpstreamApi,
  method: OperationMethod,
  path: string,
  scope: OperationScope,
  ...more: readonly ('events' | OperationHeader)[],
];

/**
 * Every operation that a page may call through the proxy; what is not here is refused (RFC 10017: allow-list of
 * resources and of the methods of each). Taken from Alpaca's OpenAPI documents of August 2026.
 *
 * Cloners edit this table: delete the rows that your product does not need, add what Alpaca adds. A new name in braces
 * needs a pattern in `pathParameters`, below.
 */
export const operations: readonly OperationRow[] = [
  // Account
  ['trading', 'GET', '/v2/account', 'none'],
  ['trading', 'GET', '/v2/account/activities', 'none'],
  ['trading', 'GET', '/v2/account/activities/{activity_type}', 'none'],
  ['trading', 'GET', '/v2/account/configurations', 'none'],
  ['trading', 'PATCH', '/v2/account/configurations', 'account:write'],
  ['trading', 'GET', '/v2/account/portfolio/history', 'none'],
  // Orders
  ['trading', 'DELETE', '/v2/orders', 'trading'],
  ['trading', 'GET', '/v2/orders', 'none'],
  ['trading', 'POST', '/v2/orders', 'trading'],
  ['trading', 'DELETE', '/v2/orders/{order_id}', 'trading'],
  ['trading', 'GET', '/v2/orders/{order_id}', 'none'],
  ['trading', 'PATCH', '/v2/orders/{order_id}', 'trading'],
  ['trading', 'GET', '/v2/orders:by_client_order_id', 'none'],
  // Positions
  ['trading', 'DELETE', '/v2/positions', 'trading'],
  ['trading', 'GET', '/v2/positions', 'none'],
  ['trading', 'DELETE', '/v2/positions/{symbol_or_asset_id}', 'trading'],
  ['trading', 'GET', '/v2/positions/{symbol_or_asset_id}', 'none'],
  ['trading', 'POST', '/v2/positions/{symbol_or_contract_id}/do-not-exercise', 'trading'],
  ['trading', 'POST', '/v2/positions/{symbol_or_contract_id}/exercise', 'trading'],
  // Watchlists
  ['trading', 'GET', '/v2/watchlists', 'none'],
  ['trading', 'POST', '/v2/watchlists', 'account:write'],
  ['trading', 'DELETE', '/v2/watchlists/{watchlist_id}', 'account:write'],
  ['trading', 'GET', '/v2/watchlists/{watchlist_id}', 'none'],
  ['trading', 'POST', '/v2/watchlists/{watchlist_id}', 'account:write'],
  ['trading', 'PUT', '/v2/watchlists/{watchlist_id}', 'account:write'],
  ['trading', 'DELETE', '/v2/watchlists/{watchlist_id}/{symbol}', 'account:write'],
  ['trading', 'DELETE', '/v2/watchlists:by_name', 'account:write'],
  ['trading', 'GET', '/v2/watchlists:by_name', 'none'],
  ['trading', 'POST', '/v2/watchlists:by_name', 'account:write'],
  ['trading', 'PUT', '/v2/watchlists:by_name', 'account:write'],
  // Assets and option contracts
  ['trading', 'GET', '/v2/assets', 'none'],
  ['trading', 'GET', '/v2/assets/{symbol_or_asset_id}', 'none'],
  ['trading', 'GET', '/v2/options/contracts', 'none'],
  ['trading', 'GET', '/v2/options/contracts/{symbol_or_id}', 'none'],
  // Calendars, clocks and corporate actions
  ['trading', 'GET', '/v2/calendar', 'none'],
  ['trading', 'GET', '/v2/clock', 'none'],
  ['trading', 'GET', '/v3/calendar/{market}', 'none'],
  ['trading', 'GET', '/v3/clock', 'none'],
  ['trading', 'GET', '/v2/corporate_actions/announcements', 'none'],
  ['trading', 'GET', '/v2/corporate_actions/announcements/{id}', 'none'],
  // Crypto wallets: what moves money away is closed
  ['trading', 'GET', '/v2/wallets', 'none'],
  ['trading', 'GET', '/v2/wallets/fees/estimate', 'none'],
  ['trading', 'GET', '/v2/wallets/transfers', 'none'],
  ['trading', 'POST', '/v2/wallets/transfers', 'undocumented'],
  ['trading', 'GET', '/v2/wallets/transfers/{transfer_id}', 'none'],
  ['trading', 'GET', '/v2/wallets/whitelists', 'none'],
  ['trading', 'POST', '/v2/wallets/whitelists', 'undocumented'],
  ['trading', 'DELETE', '/v2/wallets/whitelists/{whitelisted_address_id}', 'undocumented'],
  // Locates and tokenization: what binds the account is closed
  ['trading', 'GET', '/v1/locates', 'none'],
  ['trading', 'POST', '/v1/locates', 'undocumented', 'Idempotency-Key'],
  ['trading', 'GET', '/v1/locates/{locate_id}', 'none'],
  ['trading', 'GET', '/v1/locates/quotes', 'none'],
  ['trading', 'POST', '/v2/tokenization/mint', 'undocumented', 'Idempotency-Key'],
  ['trading', 'GET', '/v2/tokenization/requests', 'none'],
  ['trading', 'GET', '/v2/tokenization/requests/{tokenization_request_id}', 'none'],
  ['trading', 'GET', '/v2/tokenization/requests:by_client_request_id', 'none'],
  // Activity events
  ['trading', 'GET', '/v2beta1/events/activities', 'none', 'events'],
  // Stocks
  ['data', 'GET', '/v2/stocks/{symbol}/auctions', 'data'],
  ['data', 'GET', '/v2/stocks/{symbol}/bars', 'data'],
  ['data', 'GET', '/v2/stocks/{symbol}/bars/latest', 'data'],
  ['data', 'GET', '/v2/stocks/{symbol}/quotes', 'data'],
  ['data', 'GET', '/v2/stocks/{symbol}/quotes/latest', 'data'],
  ['data', 'GET', '/v2/stocks/{symbol}/snapshot', 'data'],
  ['data', 'GET', '/v2/stocks/{symbol}/trades', 'data'],
  ['data', 'GET', '/v2/stocks/{symbol}/trades/latest', 'data'],
  ['data', 'GET', '/v2/stocks/auctions', 'data'],
  ['data', 'GET', '/v2/stocks/bars', 'data'],
  ['data', 'GET', '/v2/stocks/bars/latest', 'data'],
  ['data', 'GET', '/v2/stocks/meta/conditions/{ticktype}', 'data'],
  ['data', 'GET', '/v2/stocks/meta/exchanges', 'data'],
  ['data', 'GET', '/v2/stocks/quotes', 'data'],
  ['data', 'GET', '/v2/stocks/quotes/latest', 'data'],
  ['data', 'GET', '/v2/stocks/snapshots', 'data'],
  ['data', 'GET', '/v2/stocks/trades', 'data'],
  ['data', 'GET', '/v2/stocks/trades/latest', 'data'],
  // Options
  ['data', 'GET', '/v1beta1/options/bars', 'data'],
  ['data', 'GET', '/v1beta1/options/meta/conditions/{ticktype}', 'data'],
  ['data', 'GET', '/v1beta1/options/meta/exchanges', 'data'],
  ['data', 'GET', '/v1beta1/options/quotes/latest', 'data'],
  ['data', 'GET', '/v1beta1/options/snapshots', 'data'],
  ['data', 'GET', '/v1beta1/options/snapshots/{underlying_symbol}', 'data'],
  ['data', 'GET', '/v1beta1/options/trades', 'data'],
  ['data', 'GET', '/v1beta1/options/trades/latest', 'data'],
  // Crypto
  ['data', 'GET', '/v1beta3/crypto/{loc}/bars', 'none'],
  ['data', 'GET', '/v1beta3/crypto/{loc}/latest/bars', 'none'],
  ['data', 'GET', '/v1beta3/crypto/{loc}/latest/orderbooks', 'none'],
  ['data', 'GET', '/v1beta3/crypto/{loc}/latest/quotes', 'none'],
  ['data', 'GET', '/v1beta3/crypto/{loc}/latest/trades', 'none'],
  ['data', 'GET', '/v1beta3/crypto/{loc}/quotes', 'none'],
  ['data', 'GET', '/v1beta3/crypto/{loc}/snapshots', 'none'],
  ['data', 'GET', '/v1beta3/crypto/{loc}/trades', 'none'],
  // Forex, news, logos, screeners and corporate actions
  ['data', 'GET', '/v1beta1/forex/latest/rates', 'data'],
  ['data', 'GET', '/v1beta1/forex/rates', 'data'],
  ['data', 'GET', '/v1beta1/news', 'data'],
  ['data', 'GET', '/v1beta1/logos/{symbol}', 'data'],
  ['data', 'GET', '/v1beta1/screener/{market_type}/movers', 'data'],
  ['data', 'GET', '/v1beta1/screener/stocks/most-actives', 'data'],
  ['data', 'GET', '/v1/corporate-actions', 'data'],
  ['data', 'GET', '/v1beta1/events/corporate-actions', 'data', 'events', 'Last-Event-ID'],
];

/** Alpaca's ids are UUIDs; where its documents promise only a string, any token without a dot passes. */
const UUID = /^[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}$/;
const OPAQUE_ID = /^[\w-]{1,64}$/;

/** `AAPL`, `BRK.B`, an OCC option symbol, a UUID, or a crypto pair with its one slash encoded: `BTC%2FUSD`. */
const SYMBOL = /^[a-zA-Z\d][\w.-]{0,63}(?:%2[Ff][a-zA-Z\d]\w{0,15})?$/;

/** What a name in braces of the table of operations may stand for, over the raw bytes of one path segment. */
export const pathParameters: ReadonlyMap<string, RegExp> = new Map([
  ['activity_type', /^[a-zA-Z_]{1,32}$/],
  ['id', OPAQUE_ID],
  ['loc', /^[a-z]{2}(?:-\d)?$/],
  ['locate_id', UUID],
  ['market', /^[a-zA-Z]{2,12}$/],
  ['market_type', /^(?:stocks|crypto)$/],
  ['order_id', UUID],
  ['symbol', SYMBOL],
  ['symbol_or_asset_id', SYMBOL],
  ['symbol_or_contract_id', SYMBOL],
  ['symbol_or_id', SYMBOL],
  ['ticktype', /^(?:trade|quote)$/],
  ['tokenization_request_id', UUID],
  ['transfer_id', OPAQUE_ID],
  ['underlying_symbol', SYMBOL],
  ['watchlist_id', UUID],
  ['whitelisted_address_id', OPAQUE_ID],
]);
