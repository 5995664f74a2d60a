import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { unprocessable } from '../api/api-error.ts';
import { accountOf, requireScope } from '../api/bearer.ts';
import { decimal, round } from '../api/decimal.ts';
import { queryCount, queryEnd, queryText, queryTime } from '../api/query.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { startOfDay } from '../market/trading-day.ts';
import { type Account, type Configurations, standingOf } from './account.ts';
import { buyingPower } from './buying-power.ts';
import { fillActivity } from './fill.ts';
import { equityAt, ledgerOf, marketValue } from './holdings.ts';
import { portfolioHistory } from './portfolio-history.ts';

const MAX_ACTIVITIES = 100;

/**
 * The configurations that a person may change. The two greatest values bound what Alpaca granted: the simulated accounts
 * have no margin and no options, so every bound leaves them as they are.
 */
const ConfigurationsPatch = z
  .strictObject({
    disable_overnight_trading: z.boolean(),
    fractional_trading: z.boolean(),
    max_margin_multiplier: z.enum(['1', '2', '4']),
    max_options_trading_level: z.literal([0, 1, 2, 3]),
    no_shorting: z.boolean(),
    ptp_no_exception_entry: z.boolean(),
    suspend_trade: z.boolean(),
    trade_confirm_email: z.enum(['all', 'none']),
  })
  .partial();

/** The account itself, its configurations, activities and history. */
export function accountRoutes(prices: PriceWalk, save: () => void): Router {
  const router = Router();
  router.get('/account', (_request, response) => {
    response.json(accountAnswer(accountOf(response), prices, Date.now()));
  });
  router.get('/account/configurations', (_request, response) => {
    response.json(accountOf(response).configurations);
  });
  router.patch('/account/configurations', requireScope('account:write'), (request, response) => {
    const account = accountOf(response);
    account.configurations = patchConfigurations(account.configurations, request.body);
    save();
    response.json(account.configurations);
  });
  router.get('/account/portfolio/history', (request, response) => {
    const query = {
      period: queryText(request, 'period'),
      timeframe: queryText(request, 'timeframe'),
      start: queryTime(request, 'start'),
      end: queryEnd(request, 'end'),
    };
    response.json(portfolioHistory(accountOf(response), prices, query, Date.now()));
  });
  router.get(['/account/activities', '/account/activities/:type'], listActivities);
  return router;
}

function patchConfigurations(current: Configurations, body: unknown): Configurations {
  const patch = ConfigurationsPatch.safeParse(body);
  if (!patch.success) throw unprocessable(z.prettifyError(patch.error));
  const given = Object.entries(patch.data).filter(([, value]) => value !== undefined);
  return { ...current, ...Object.fromEntries(given) };
}

/** Fills are the only activities here; a page of them, newest first unless asked otherwise. */
function listActivities(request: Request, response: Response): void {
  const asked = request.params['type'] ?? queryText(request, 'activity_types') ?? 'FILL';
  const fills = String(asked).split(',').includes('FILL') ? accountOf(response).fills : [];
  const ordered = queryText(request, 'direction') === 'asc' ? fills : fills.toReversed();
  const token = queryText(request, 'page_token');
  const begin = token === undefined ? 0 : ordered.findIndex(({ id }) => id === token) + 1;
  const size = queryCount(request, 'page_size', MAX_ACTIVITIES, MAX_ACTIVITIES);
  response.json(ordered.slice(begin, begin + size).map(fillActivity));
}

/** The account as `GET /v2/account` writes it. A cash account: every margin field follows from the holdings. */
export function accountAnswer(account: Account, prices: PriceWalk, now: number) {
  const ledger = ledgerOf(account);
  const value = marketValue(ledger, prices, now);
  const power = decimal(buyingPower(account, prices, now));
  const equity = decimal(round(ledger.cash + value));
  const [lastEquity = 0] = equityAt(account, prices, [startOfDay(now)]);
  return {
    id: account.id,
    account_number: account.number,
    ...standingOf(account),
    crypto_status: 'ACTIVE',
    currency: 'USD',
    created_at: account.openedAt,
    cash: decimal(ledger.cash),
    equity,
    portfolio_value: equity,
    last_equity: decimal(lastEquity),
    long_market_value: decimal(value),
    short_market_value: '0',
    buying_power: power,
    regt_buying_power: power,
    options_buying_power: power,
    non_marginable_buying_power: power,
    multiplier: '1',
    sma: '0',
    initial_margin: decimal(value),
    maintenance_margin: decimal(value),
    last_maintenance_margin: decimal(value),
    accrued_fees: '0',
    pending_transfer_in: '0',
    pending_transfer_out: '0',
    options_approved_level: 0,
    options_trading_level: 0,
    transfers_blocked: false,
    trade_suspended_by_user: account.configurations.suspend_trade,
    shorting_enabled: false,
    balance_asof: new Date(now).toISOString().slice(0, 10),
  };
}
