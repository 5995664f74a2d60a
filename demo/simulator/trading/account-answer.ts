import { decimal, round } from '../api/decimal.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { startOfDay } from '../market/trading-day.ts';
import type { Account } from './account.ts';
import { buyingPower } from './buying-power.ts';
import { equityAt } from './equity-history.ts';
import { ledgerOf, marketValue } from './holdings.ts';

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
    status: 'ACTIVE',
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
    account_blocked: false,
    trading_blocked: false,
    transfers_blocked: false,
    trade_suspended_by_user: account.configurations.suspend_trade,
    shorting_enabled: false,
    balance_asof: new Date(now).toISOString().slice(0, 10),
  };
}
