import { decimal, round } from '../api/decimal.ts';
import { type Asset, plainSymbol } from '../market/assets.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { startOfDay } from '../market/trading-day.ts';
import type { Account } from './account.ts';
import { availableQty } from './buying-power.ts';
import type { Holding } from './holdings.ts';

/** The holding as `GET /v2/positions` writes it; "intraday" is since midnight in New York. */
export function positionAnswer(
  account: Account,
  asset: Asset,
  holding: Holding,
  prices: PriceWalk,
  now: number,
) {
  const price = prices.at(asset, now);
  const lastDayPrice = prices.at(asset, startOfDay(now));
  const value = round(holding.qty * price);
  const lastDayValue = round(holding.qty * lastDayPrice);
  return {
    asset_id: asset.id,
    symbol: plainSymbol(asset),
    exchange: asset.exchange,
    asset_class: asset.class,
    asset_marginable: false,
    qty: decimal(holding.qty, 9),
    qty_available: decimal(availableQty(account, asset.symbol, prices, now), 9),
    side: 'long',
    avg_entry_price: decimal(holding.cost / holding.qty, 6),
    cost_basis: decimal(holding.cost),
    market_value: decimal(value),
    current_price: decimal(price),
    lastday_price: decimal(lastDayPrice),
    change_today: decimal(price / lastDayPrice - 1, 6),
    unrealized_pl: decimal(value - holding.cost),
    unrealized_plpc: decimal(value / holding.cost - 1, 6),
    unrealized_intraday_pl: decimal(value - lastDayValue),
    unrealized_intraday_plpc: decimal(price / lastDayPrice - 1, 6),
  };
}
