import type { Environment } from '../../../server/contract.ts';
import { stableUuid } from '../ids.ts';
import { findAsset } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { DAY, startOfDay } from '../market/trading-day.ts';
import type { Account, Configurations } from './account.ts';
import { activityId, type Fill } from './fill.ts';
import type { Order, OrderSide } from './order.ts';

/** A trade of the past: days ago, side, quantity, symbol. */
type PastTrade = readonly [daysAgo: number, side: OrderSide, qty: number, symbol: string];

interface AccountPlan {
  environment: Environment;
  number: string;
  /** The broker partner's end user whose account it is. */
  endUser?: string;
  name: string;
  openingCash: number;
  trades: readonly PastTrade[];
}

const OPENED_DAYS_AGO = 90;
/** Trades happened at 11:40 in New York, in milliseconds after midnight. */
const TIME_OF_TRADES = 11 * 3_600_000 + 40 * 60_000;

/** The accounts of the simulated person, and of the end users of a broker partner. Their numbers never change, so a test or an `.env` may name them. */
export const ACCOUNT_PLANS: readonly AccountPlan[] = [
  {
    environment: 'paper',
    number: 'PA3SIM0DESK1',
    name: 'Paper account',
    openingCash: 100_000,
    trades: [
      [80, 'buy', 40, 'AAPL'],
      [75, 'buy', 12, 'MSFT'],
      [60, 'buy', 60, 'NVDA'],
      [52, 'sell', 10, 'AAPL'],
      [40, 'buy', 15, 'SPY'],
      [31, 'buy', 30, 'AMZN'],
      [22, 'buy', 0.1, 'BTC/USD'],
      [15, 'sell', 25, 'NVDA'],
      [6, 'buy', 15, 'TSLA'],
      [2, 'sell', 10, 'AMZN'],
    ],
  },
  {
    environment: 'paper',
    number: 'PA3SIM0DESK2',
    name: 'Paper account for experiments',
    openingCash: 10_000,
    trades: [
      [30, 'buy', 40, 'KO'],
      [12, 'buy', 8, 'DIS'],
    ],
  },
  {
    environment: 'live',
    number: '900000001',
    name: 'Brokerage account',
    openingCash: 5_000,
    trades: [
      [70, 'buy', 5, 'V'],
      [25, 'buy', 10, 'WMT'],
    ],
  },
  {
    environment: 'live',
    number: '910000011',
    endUser: 'maya',
    name: 'Individual account',
    openingCash: 25_000,
    trades: [
      [64, 'buy', 20, 'MSFT'],
      [33, 'buy', 12, 'AMZN'],
      [9, 'sell', 5, 'MSFT'],
    ],
  },
  {
    environment: 'live',
    number: '910000012',
    endUser: 'maya',
    name: 'Retirement account',
    openingCash: 60_000,
    trades: [[71, 'buy', 70, 'SPY']],
  },
  {
    environment: 'live',
    number: '910000021',
    endUser: 'jonas',
    name: 'Individual account',
    openingCash: 8_000,
    trades: [
      [48, 'buy', 30, 'KO'],
      [18, 'buy', 10, 'DIS'],
    ],
  },
  {
    environment: 'live',
    number: '910000022',
    endUser: 'jonas',
    name: 'Joint account',
    openingCash: 0,
    trades: [],
  },
  {
    environment: 'paper',
    number: '910000031',
    endUser: 'tester',
    name: 'Sandbox account',
    openingCash: 20_000,
    trades: [[20, 'buy', 10, 'AAPL']],
  },
];

/** The id of the account with this number, the same always. */
export function idOfAccount(number: string): string {
  return stableUuid(`account ${number}`);
}

const CONFIGURATIONS: Configurations = {
  disable_overnight_trading: false,
  fractional_trading: true,
  max_margin_multiplier: '1',
  max_options_trading_level: 0,
  no_shorting: true,
  ptp_no_exception_entry: false,
  suspend_trade: false,
  trade_confirm_email: 'all',
};

/** The accounts as they are when no state file tells otherwise: with a past, so that a demo has something to show. */
export function openAccounts(prices: PriceWalk, now: number): Account[] {
  return ACCOUNT_PLANS.map((plan) => openAccount(plan, prices, now));
}

function openAccount(plan: AccountPlan, prices: PriceWalk, now: number): Account {
  const openedAt = new Date(startOfDay(now) - OPENED_DAYS_AGO * DAY).toISOString();
  const fills = plan.trades.map((trade) => pastFill(plan.number, trade, prices, now));
  return {
    id: idOfAccount(plan.number),
    number: plan.number,
    environment: plan.environment,
    endUser: plan.endUser,
    name: plan.name,
    openedAt,
    openingCash: plan.openingCash,
    configurations: { ...CONFIGURATIONS },
    orders: fills.map(pastOrder),
    fills,
    watchlists: [
      {
        id: stableUuid(`watchlist ${plan.number}`),
        name: 'Primary Watchlist',
        symbols: ['AAPL', 'NVDA', 'SPY', 'BTC/USD'],
        createdAt: openedAt,
        updatedAt: openedAt,
      },
    ],
  };
}

function pastFill(
  number: string,
  [daysAgo, side, qty, symbol]: PastTrade,
  prices: PriceWalk,
  now: number,
): Fill {
  const asset = findAsset(symbol);
  if (asset === undefined)
    throw new Error(`The plan of account ${number} trades ${symbol}: add it to ASSETS.`);
  const time = startOfDay(now) - daysAgo * DAY + TIME_OF_TRADES;
  const name = `${number} ${daysAgo} ${symbol}`;
  const id = activityId(time, stableUuid(`fill ${name}`));
  const orderId = stableUuid(`order ${name}`);
  const price = prices.at(asset, time);
  return { id, orderId, symbol, side, qty, price, cumQty: qty, leavesQty: 0, time };
}

function pastOrder(fill: Fill): Order {
  const at = new Date(fill.time).toISOString();
  return {
    id: fill.orderId,
    clientOrderId: stableUuid(`client order ${fill.orderId}`),
    symbol: fill.symbol,
    side: fill.side,
    type: 'market',
    orderClass: 'simple',
    timeInForce: fill.symbol.includes('/') ? 'gtc' : 'day',
    qty: fill.qty,
    notional: null,
    limitPrice: null,
    stopPrice: null,
    trailPrice: null,
    trailPercent: null,
    extendedHours: false,
    status: 'filled',
    submittedAt: at,
    updatedAt: at,
    closedAt: at,
    expiresAt: null,
    plan: [],
    fillsAfter: fill.time,
    triggered: true,
    highWaterMark: null,
    filledQty: fill.qty,
    filledPrice: fill.price,
    replacedBy: null,
    replaces: null,
    parentId: null,
  };
}
