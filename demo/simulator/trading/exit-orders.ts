import { malformed, unprocessable } from '../api/api-error.ts';
import type { Asset } from '../market/assets.ts';
import { hasOneMoment, type OrderTerms } from './order.ts';
import { type Fields, readAmount, readFields } from './order-fields.ts';

/** What closes a position again: a limit order for the profit, a stop or stop_limit order for the loss. */
export interface Exits {
  takeProfit: number | null;
  stopLoss: { stopPrice: number; limitPrice: number | null } | null;
}

/** Reads `take_profit` and `stop_loss`. @throws ApiError 422 when one of them lacks its price, or has another field */
export function readExits(fields: Fields): Exits {
  const takeProfit = readPrices(fields, 'take_profit', ['limit_price']);
  const stopLoss = readPrices(fields, 'stop_loss', ['stop_price', 'limit_price']);
  return {
    takeProfit: takeProfit && requirePrice(takeProfit, 'take_profit', 'limit_price'),
    stopLoss: stopLoss && {
      stopPrice: requirePrice(stopLoss, 'stop_loss', 'stop_price'),
      limitPrice: readAmount(stopLoss, 'limit_price', 2),
    },
  };
}

function readPrices(fields: Fields, name: string, known: readonly string[]): Fields | null {
  const value = fields[name];
  if (value === undefined) return null;
  if (typeof value !== 'object') throw malformed(`${name} must be an object with ${known.join(', ')}`);
  return readFields(value, known);
}

function requirePrice(prices: Fields, name: string, field: string): number {
  const price = readAmount(prices, field, 2);
  if (price === null) throw malformed(`${name} requires ${field}`);
  return price;
}

/** Asserts that an order has the exits of its class, and may have them. @throws ApiError 422 */
export function assertExits(terms: OrderTerms, exits: Exits, asset: Asset): void {
  const { orderClass } = terms;
  const given = [exits.takeProfit, exits.stopLoss].filter((exit) => exit !== null).length;
  if (orderClass === 'simple') {
    if (given > 0) throw unprocessable('take_profit and stop_loss are for order_class bracket, oco and oto');
    return;
  }
  if (orderClass === 'oto' && given !== 1)
    throw malformed('oto orders require one of take_profit and stop_loss');
  if (orderClass !== 'oto' && given !== 2)
    throw malformed(`${orderClass} orders require take_profit and stop_loss`);
  if (asset.class !== 'us_equity')
    throw unprocessable(`invalid order_class ${orderClass} for ${asset.symbol}`);
  if (!Number.isInteger(terms.qty)) throw unprocessable(`${orderClass} orders must have a whole qty`);
  if (hasOneMoment(terms)) throw unprocessable(`${orderClass} orders must be DAY or GTC orders`);
  if (terms.extendedHours) throw unprocessable(`${orderClass} orders must not have extended_hours`);
  if (terms.type === 'trailing_stop') throw unprocessable(`${orderClass} orders must not be trailing stops`);
  assertDirection(terms);
  assertExitPrices(terms, exits);
}

/** The simulated accounts cannot sell short, so the exits are always sales. */
function assertDirection({ orderClass, side, type }: OrderTerms): void {
  if (orderClass === 'oco' && (side !== 'sell' || type !== 'limit'))
    throw unprocessable('oco orders must be limit orders to sell: the simulator holds no short positions');
  if (orderClass !== 'oco' && side !== 'buy')
    throw unprocessable(`${orderClass} orders must buy: the simulator holds no short positions`);
}

function assertExitPrices({ orderClass, limitPrice }: OrderTerms, { takeProfit, stopLoss }: Exits): void {
  if (takeProfit !== null && stopLoss !== null && takeProfit <= stopLoss.stopPrice)
    throw unprocessable('take_profit.limit_price must be > stop_loss.stop_price');
  if (orderClass === 'oco' && limitPrice !== takeProfit)
    throw unprocessable('the limit_price of an oco order is its take_profit.limit_price');
}

/** The terms of the legs. An oco order is itself the one that takes the profit. */
export function legTerms(terms: OrderTerms, { takeProfit, stopLoss }: Exits): OrderTerms[] {
  const leg = { ...terms, side: 'sell', limitPrice: null, stopPrice: null } as const;
  const legs: OrderTerms[] = [];
  if (takeProfit !== null && terms.orderClass !== 'oco')
    legs.push({ ...leg, type: 'limit', limitPrice: takeProfit });
  if (stopLoss !== null)
    legs.push({ ...leg, ...stopLoss, type: stopLoss.limitPrice === null ? 'stop' : 'stop_limit' });
  return legs;
}
