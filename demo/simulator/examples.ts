import type { Scope } from './oauth/access-tokens.ts';

/** The answer to an operation that is not simulated: the same for everybody, always. */
export interface Example {
  /** Which host has it: the trading host, which stands for paper and live, or the data host. */
  api: 'trading' | 'data';
  /** Method and path as in Alpaca's documents, for example `GET /v1/locates/{locate_id}`. */
  operation: string;
  /** 200 unless told otherwise. */
  status?: number;
  /** JSON; bytes are a PNG, and `undefined` is an empty answer. Of an event stream it is the list of its events. */
  answer: unknown;
  /** The parameters of path and query that the example is about, each with the values it knows: 404 for another. */
  about?: Readonly<Record<string, readonly string[]>>;
  /** The parameter of the query that lists names. What was not named is left out of the answer. */
  lists?: 'symbols' | 'currency_pairs';
  /** The scope that the operation needs. The data host asks for `data` before it comes here. */
  scope?: Scope;
  /**
   * The answer, with 422, to another body under an `Idempotency-Key` that was used before. Set where Alpaca documents that
   * header; elsewhere it does nothing.
   */
  keyConflict?: { code: string | number; message: string };
  /** Whether it is answered as server-sent events, which `Last-Event-ID` resumes. */
  streamed?: true;
}

const AT = '2026-03-06T15:30:00Z';
const CREATED = { created_at: AT, updated_at: AT };

const LOCATE = {
  id: '0ad13586-ea0e-8d9b-acfb-10c0d972b604',
  symbol: 'TSLA',
  requested_qty: 100,
  all_or_none: false,
  limit_price: null,
  located_qty: 100,
  located_price: '0.02',
  total_fee: '2',
  created_at: AT,
  expires_at: '2026-03-07T05:00:00Z',
  status: 'expired',
};

const LOCATE_QUOTES = {
  quotes: [{ symbol: 'TSLA', available_qty: 10_000, price: '0.02', quoted_at: AT }],
  errors: [{ symbol: 'NOPE', code: 'symbol_not_found', message: 'symbol not found' }],
};

const MINT = {
  tokenization_request_id: '47c6db53-a7a2-8488-a90d-f7614d84066d',
  client_request_id: 'my-first-mint',
  client_account_id: '7ebcdc3b-0647-8bf7-abaa-5b1c09de80ff',
  ...CREATED,
  type: 'mint',
  status: 'completed',
  underlying_symbol: 'AAPL',
  token_symbol: 'AAPLx',
  qty: '1',
  issuer: 'xstocks',
  network: 'solana',
  // An address of no chain: nobody shall send tokens or coins to a simulator.
  wallet_address: 'simulated-wallet',
  issuer_request_id: null,
  fees: '0',
  tx_hash: null,
};

const WALLET = { chain: 'ETH', address: 'simulated-eth-wallet', created_at: AT };
const TRANSFER = {
  id: '31a2eb90-371a-842f-adad-384e8e929451',
  asset: 'ETH',
  chain: 'ETH',
  direction: 'INCOMING',
  status: 'COMPLETE',
  amount: '0.05',
  usd_value: '160',
  network_fee: '0',
  fees: '0',
  from_address: 'simulated-eth-elsewhere',
  to_address: WALLET.address,
  tx_hash: 'simulated-transaction',
  created_at: AT,
};
const ADDRESS = {
  id: '10ac7a35-d1db-8779-aab7-c91f51717e5f',
  asset: 'ETH',
  chain: 'ETH',
  address: TRANSFER.from_address,
  created_at: AT,
  status: 'APPROVED',
};

const DIVIDEND = {
  id: '5c6978e4-22b7-8e41-ac7c-85257709e49a',
  symbol: 'KO',
  // Nine characters as a CUSIP has, but nobody's.
  cusip: '5C77336B4',
  ex_date: '2026-03-13',
  record_date: '2026-03-13',
  payable_date: '2026-04-01',
  process_date: '2026-04-01',
  rate: 0.51,
  special: false,
  foreign: false,
};
const ANNOUNCEMENT = {
  id: DIVIDEND.id,
  corporate_action_id: `${DIVIDEND.cusip}_260313`,
  ca_type: 'Dividend',
  ca_sub_type: 'cash',
  initiating_symbol: DIVIDEND.symbol,
  initiating_original_cusip: DIVIDEND.cusip,
  target_symbol: DIVIDEND.symbol,
  target_original_cusip: DIVIDEND.cusip,
  declaration_date: '2026-02-19',
  ex_date: DIVIDEND.ex_date,
  effective_date: DIVIDEND.ex_date,
  record_date: DIVIDEND.record_date,
  payable_date: DIVIDEND.payable_date,
  cash: '0.51',
  old_rate: '1',
  new_rate: '1',
};
const ANNOUNCED = {
  event_id: '01KHT4W300Q9SSM1191SVZTNYR',
  at: '2026-02-19T00:00:00.000Z',
  action: 'insert',
  region: 'us',
  event_type: 'cash_dividend_corporateaction_event',
  // Rates are texts in the stream and numbers in the list.
  ca: { ...DIVIDEND, rate: '0.51' },
};

const CONTRACT = {
  id: '3bab0323-85b7-8e5f-a44e-cbdea42e94e1',
  symbol: 'AAPL301220C00230000',
  name: 'AAPL 2030-12-20 230 Call',
  status: 'active',
  tradable: true,
  expiration_date: '2030-12-20',
  root_symbol: 'AAPL',
  underlying_symbol: 'AAPL',
  underlying_asset_id: 'c26aaad9-40ab-886b-a6c9-14496d1a93ac',
  type: 'call',
  style: 'american',
  strike_price: '230',
  multiplier: '100',
  size: '100',
  open_interest: '250',
  open_interest_date: '2026-03-05',
  close_price: '66.9',
  close_price_date: '2026-03-05',
};
const OPTION = CONTRACT.symbol;
const OPTION_TRADE = { t: AT, p: 69.57, s: 2, x: 'C', c: 'I' };
const OPTION_QUOTE = { t: AT, bp: 69.56, ap: 69.58, bs: 12, as: 15, bx: 'C', ax: 'Q', c: ' ' };
const OPTION_BAR = {
  t: '2026-03-06T05:00:00Z',
  o: 66.35,
  h: 70.31,
  l: 65.57,
  c: 69.57,
  v: 22_791,
  n: 7_597,
  vw: 67.95,
};
const OPTION_SNAPSHOT = {
  latestTrade: OPTION_TRADE,
  latestQuote: OPTION_QUOTE,
  minuteBar: { ...OPTION_BAR, t: AT },
  dailyBar: OPTION_BAR,
  prevDailyBar: { ...OPTION_BAR, t: '2026-03-05T05:00:00Z' },
  greeks: { delta: 0.72, gamma: 0.003, theta: -0.0197, rho: 4.1, vega: 1.6 },
  impliedVolatility: 0.1905,
};

const OPTION_SNAPSHOTS = { snapshots: { [OPTION]: OPTION_SNAPSHOT }, next_page_token: null };

const RATE = { bp: 1.0251, mp: 1.02515, ap: 1.0252, t: AT };
const MARKET = {
  acronym: 'NYSE',
  mic: 'XNYS',
  name: 'New York Stock Exchange',
  timezone: 'America/New_York',
};
const TRADING_DAY = {
  date: '2026-03-06',
  pre_start: '2026-03-06T04:00:00-05:00',
  pre_end: '2026-03-06T09:30:00-05:00',
  core_start: '2026-03-06T09:30:00-05:00',
  core_end: '2026-03-06T16:00:00-05:00',
  post_start: '2026-03-06T16:00:00-05:00',
  post_end: '2026-03-06T20:00:00-05:00',
  settlement_date: '2026-03-09',
};
const CLOCK = {
  market: MARKET,
  timestamp: '2026-03-06T10:30:00-05:00',
  is_market_day: true,
  phase: 'core',
  phase_until: '2026-03-06T16:00:00-05:00',
  next_market_open: '2026-03-09T09:30:00-04:00',
  next_market_close: '2026-03-06T16:00:00-05:00',
};

const ARTICLE = {
  id: 997_580,
  headline: 'Coca-Cola Company rises 0.12%',
  author: 'Simulated Newsroom',
  ...CREATED,
  summary: 'In a market that does not exist.',
  content: '<p>Coca-Cola Company rises 0.12%, in a market that does not exist.</p>',
  images: [],
  symbols: ['KO'],
  source: 'simulator',
  url: 'https://news.example/997580',
};

const MOVERS = {
  gainers: [{ symbol: 'INTC', price: 25.69, change: 0.69, percent_change: 2.76 }],
  losers: [{ symbol: 'ADBE', price: 477.38, change: -7, percent_change: -1.45 }],
  market_type: 'stocks',
  last_updated: AT,
};
const ACTIVE = { symbol: 'KO', volume: 31_019_450, trade_count: 443_135 };

/** One yellow pixel: nobody's trademark. */
const LOGO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4c10bAATRAf+sCIULAAAAAElFTkSuQmCC',
  'base64',
);

const KEY_USED = 'idempotency key was already used with a different request';
const LOCATE_CONFLICT = { code: 'idempotency_key_conflict', message: KEY_USED };
const MINT_CONFLICT = { code: 42210001, message: KEY_USED };

const LAST_PAGE = { next_page_token: null };
const NO_POSITION = { code: 40310000, message: 'no available position for the specified contract' };
const NO_WITHDRAWAL = { code: 40310000, message: 'account is not allowed to withdraw crypto' };

/**
 * One example for each operation that the demo never calls; what a trader's app uses is simulated instead, and not listed
 * here. Whatever is posted or deleted, the next answer is the same: only which `Idempotency-Key` came with which body is kept. A
 * path without parameters stands before one that would match it.
 */
export const EXAMPLES: readonly Example[] = [
  trading('GET /v1/locates', { locates: [LOCATE], ...LAST_PAGE }),
  trading('POST /v1/locates', LOCATE, { status: 201, keyConflict: LOCATE_CONFLICT }),
  trading('GET /v1/locates/quotes', LOCATE_QUOTES, { lists: 'symbols' }),
  trading('GET /v1/locates/{locate_id}', LOCATE, { about: { locate_id: [LOCATE.id] } }),

  trading('GET /v2/corporate_actions/announcements', [ANNOUNCEMENT]),
  trading('GET /v2/corporate_actions/announcements/{id}', ANNOUNCEMENT, { about: { id: [ANNOUNCEMENT.id] } }),

  trading('GET /v2/options/contracts', { option_contracts: [CONTRACT], ...LAST_PAGE }),
  trading('GET /v2/options/contracts/{symbol_or_id}', CONTRACT, {
    about: { symbol_or_id: [OPTION, CONTRACT.id] },
  }),
  // No account here may trade options, so none holds one.
  trading('POST /v2/positions/{symbol_or_contract_id}/exercise', NO_POSITION, {
    scope: 'trading',
    status: 403,
  }),
  trading('POST /v2/positions/{symbol_or_contract_id}/do-not-exercise', NO_POSITION, {
    scope: 'trading',
    status: 403,
  }),

  trading('POST /v2/tokenization/mint', { ...MINT, status: 'pending' }, { keyConflict: MINT_CONFLICT }),
  trading('GET /v2/tokenization/requests', [MINT]),
  trading('GET /v2/tokenization/requests:by_client_request_id', MINT, {
    about: { client_request_id: [MINT.client_request_id] },
  }),
  trading('GET /v2/tokenization/requests/{tokenization_request_id}', MINT, {
    about: { tokenization_request_id: [MINT.tokenization_request_id] },
  }),

  trading('GET /v2/wallets', WALLET, { about: { asset: ['ETH'] } }),
  trading(
    'GET /v2/wallets/fees/estimate',
    { fee: '0.0005', network_fee: '0.0005' },
    { about: { asset: ['ETH'] } },
  ),
  trading('GET /v2/wallets/transfers', [TRANSFER]),
  trading('POST /v2/wallets/transfers', NO_WITHDRAWAL, { status: 403 }),
  trading('GET /v2/wallets/transfers/{transfer_id}', TRANSFER, { about: { transfer_id: [TRANSFER.id] } }),
  trading('GET /v2/wallets/whitelists', [ADDRESS]),
  trading('POST /v2/wallets/whitelists', { ...ADDRESS, status: 'PENDING' }),
  trading('DELETE /v2/wallets/whitelists/{whitelisted_address_id}', undefined, {
    about: { whitelisted_address_id: [ADDRESS.id] },
  }),

  trading(
    'GET /v3/calendar/{market}',
    { market: MARKET, calendar: [TRADING_DAY] },
    {
      about: { market: [MARKET.acronym, MARKET.mic] },
    },
  ),
  trading('GET /v3/clock', { clocks: [CLOCK] }),

  data('GET /v1/corporate-actions', { corporate_actions: { cash_dividends: [DIVIDEND] }, ...LAST_PAGE }),
  data('GET /v1beta1/events/corporate-actions', [ANNOUNCED], { streamed: true }),

  data('GET /v1beta1/forex/latest/rates', { rates: { EURUSD: RATE } }, { lists: 'currency_pairs' }),
  data('GET /v1beta1/forex/rates', { rates: { EURUSD: [RATE] }, ...LAST_PAGE }, { lists: 'currency_pairs' }),

  data('GET /v1beta1/logos/{symbol}', LOGO, { about: { symbol: ['AAPL'] } }),
  data('GET /v1beta1/news', { news: [ARTICLE], ...LAST_PAGE }),

  data('GET /v1beta1/options/bars', { bars: { [OPTION]: [OPTION_BAR] }, ...LAST_PAGE }, { lists: 'symbols' }),
  data(
    'GET /v1beta1/options/meta/conditions/{ticktype}',
    { I: 'AUTO - Automatic Execution' },
    {
      about: { ticktype: ['trade'] },
    },
  ),
  data('GET /v1beta1/options/meta/exchanges', {
    C: 'CBOE - Cboe Options Exchange',
    Q: 'NASDAQ - Nasdaq Options Market',
  }),
  data('GET /v1beta1/options/quotes/latest', { quotes: { [OPTION]: OPTION_QUOTE } }, { lists: 'symbols' }),
  data('GET /v1beta1/options/snapshots', OPTION_SNAPSHOTS, { lists: 'symbols' }),
  data('GET /v1beta1/options/snapshots/{underlying_symbol}', OPTION_SNAPSHOTS, {
    about: { underlying_symbol: [CONTRACT.underlying_symbol] },
  }),
  data(
    'GET /v1beta1/options/trades',
    { trades: { [OPTION]: [OPTION_TRADE] }, ...LAST_PAGE },
    { lists: 'symbols' },
  ),
  data('GET /v1beta1/options/trades/latest', { trades: { [OPTION]: OPTION_TRADE } }, { lists: 'symbols' }),

  data('GET /v1beta1/screener/{market_type}/movers', MOVERS, { about: { market_type: ['stocks'] } }),
  data('GET /v1beta1/screener/stocks/most-actives', { most_actives: [ACTIVE], last_updated: AT }),
];

type Rest = Omit<Example, 'api' | 'operation' | 'answer'>;

function trading(operation: string, answer: unknown, rest: Rest = {}): Example {
  return { api: 'trading', operation, answer, ...rest };
}

function data(operation: string, answer: unknown, rest: Rest = {}): Example {
  return { api: 'data', operation, answer, ...rest };
}
