import type { OperationRow } from './operation-rows.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** What stands for the parameters in paths that are no id. */
const PATH_PARAMETERS: Record<string, string> = {
  activity_type: 'FILL',
  loc: 'us',
  market: 'NYSE',
  market_type: 'stocks',
  symbol: 'AAPL',
  symbol_or_asset_id: 'AAPL',
  ticktype: 'trade',
  underlying_symbol: 'AAPL',
};

/** An id that nothing has. */
export const NOBODY = '00000000-0000-4000-8000-000000000000';

/** A reading request of an operation in which everything is filled in, and which finds something. `names` hold the ids. */
export function exampleTarget({ method, path }: OperationRow, names: ReadonlyMap<string, string>): string {
  const filled = path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => PATH_PARAMETERS[name] ?? names.get(name) ?? NOBODY,
  );
  const query = QUERIES[`${method} ${path}`];
  const named = query?.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(names.get(name) ?? NOBODY),
  );
  return named === undefined ? filled : `${filled}?${named}`;
}

/** `YYYY-MM-DD`, some days ago. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY).toISOString().slice(0, 10);
}

const LATELY = `start=${new Date(Date.now() - 5 * MINUTE).toISOString()}`;
const SINCE_WEEKS = `start=${daysAgo(20)}`;
const PAST_EVENTS = `since=${daysAgo(400)}&until=${daysAgo(0)}`;

/** The queries of those operations that want one, or that find nothing without one. */
const QUERIES: Readonly<Record<string, string>> = {
  'GET /v1/corporate-actions': `start=${daysAgo(100)}&end=${daysAgo(0)}`,
  'GET /v1/locates/quotes': 'symbols=TSLA,NOPE',
  'GET /v1beta1/events/corporate-actions': 'since=2026-01-01&until=2026-12-31',
  'GET /v1beta1/forex/latest/rates': 'currency_pairs=EURUSD,USDJPY',
  'GET /v1beta1/forex/rates': `currency_pairs=EURUSD&${LATELY}`,
  'GET /v1beta1/news': `include_content=true&start=${daysAgo(3)}`,
  'GET /v1beta1/options/bars': `symbols={option}&timeframe=1Day&${SINCE_WEEKS}`,
  'GET /v1beta1/options/quotes/latest': 'symbols={option}',
  'GET /v1beta1/options/snapshots': 'symbols={option}',
  'GET /v1beta1/options/trades': `symbols={option}&${LATELY}`,
  'GET /v1beta1/options/trades/latest': 'symbols={option}',
  'GET /v1beta3/crypto/{loc}/bars': `symbols=BTC%2FUSD&timeframe=1Min&${LATELY}`,
  'GET /v1beta3/crypto/{loc}/latest/bars': 'symbols=BTC%2FUSD,ETH%2FUSD',
  'GET /v1beta3/crypto/{loc}/latest/orderbooks': 'symbols=BTC%2FUSD',
  'GET /v1beta3/crypto/{loc}/latest/quotes': 'symbols=BTC%2FUSD',
  'GET /v1beta3/crypto/{loc}/latest/trades': 'symbols=BTC%2FUSD',
  'GET /v1beta3/crypto/{loc}/quotes': `symbols=BTC%2FUSD&${LATELY}`,
  'GET /v1beta3/crypto/{loc}/snapshots': 'symbols=BTC%2FUSD',
  'GET /v1beta3/crypto/{loc}/trades': `symbols=BTC%2FUSD&${LATELY}`,
  'GET /v2/corporate_actions/announcements': `ca_types=Dividend,Split&since=${daysAgo(85)}&until=${daysAgo(0)}`,
  'GET /v2/orders': 'status=all&symbols=AAPL,BTC%2FUSD',
  'GET /v2/orders:by_client_order_id': 'client_order_id={client_order_id}',
  'GET /v2/stocks/auctions': `symbols=AAPL,KO&${SINCE_WEEKS}`,
  'GET /v2/stocks/bars': `symbols=AAPL,KO&timeframe=5Min&${SINCE_WEEKS}`,
  'GET /v2/stocks/bars/latest': 'symbols=AAPL,KO',
  'GET /v2/stocks/meta/conditions/{ticktype}': 'tape=A',
  'GET /v2/stocks/quotes': `symbols=AAPL,KO&${LATELY}`,
  'GET /v2/stocks/quotes/latest': 'symbols=AAPL,KO',
  'GET /v2/stocks/snapshots': 'symbols=AAPL,KO',
  'GET /v2/stocks/trades': `symbols=AAPL,KO&${LATELY}`,
  'GET /v2/stocks/trades/latest': 'symbols=AAPL,KO',
  'GET /v2/stocks/{symbol}/auctions': SINCE_WEEKS,
  'GET /v2/stocks/{symbol}/bars': `timeframe=1Day&${SINCE_WEEKS}`,
  'GET /v2/stocks/{symbol}/quotes': LATELY,
  'GET /v2/stocks/{symbol}/trades': LATELY,
  'GET /v2/tokenization/requests:by_client_request_id': 'client_request_id={client_request_id}',
  'GET /v2/wallets': 'asset=ETH',
  'GET /v2/wallets/fees/estimate': 'asset=ETH&amount=0.01',
  'GET /v2/watchlists:by_name': 'name={name}',
  'GET /v2beta1/events/activities': PAST_EVENTS,
};
