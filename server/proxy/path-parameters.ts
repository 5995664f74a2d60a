/** Alpaca's ids are UUIDs; where its documents promise only a string, any token without a dot passes. */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const OPAQUE_ID = /^[\w-]{1,64}$/;

/** `AAPL`, `BRK.B`, an OCC option symbol, a UUID, or a crypto pair with its one slash encoded: `BTC%2FUSD`. */
const SYMBOL = /^[a-z\d][\w.-]{0,63}(?:%2F[a-z\d]\w{0,15})?$/i;

/** What a name in braces of the table of operations may stand for, over the raw bytes of one path segment. */
export const pathParameters: ReadonlyMap<string, RegExp> = new Map([
  ['activity_type', /^[a-z_]{1,32}$/i],
  ['id', OPAQUE_ID],
  ['loc', /^[a-z]{2}(?:-\d)?$/],
  ['locate_id', UUID],
  ['market', /^[a-z]{2,12}$/i],
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
