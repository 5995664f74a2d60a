import { malformed, unprocessable } from '../api/api-error.ts';
import type { Asset } from '../market/assets.ts';
import { hasOneMoment, type OrderTerms } from './order.ts';
import type { Fields } from './order-fields.ts';

/** What belongs to orders that the simulator does not have, and why it refuses it. */
const REFUSED: readonly [name: string, reason: string][] = [
  [
    'advanced_instructions',
    'is for accounts with the Elite Smart Router, which the simulated ones do not have',
  ],
  ['legs', 'is for options orders of class mleg, which the simulator does not have'],
];

/** Asserts that an order asks for nothing that does not go together, or that would be dropped. @throws ApiError 422 */
export function assertOrderRules(fields: Fields, terms: OrderTerms, asset: Asset): void {
  for (const [name, reason] of REFUSED) {
    if (fields[name] !== undefined) throw unprocessable(`${name} ${reason}`);
  }
  assertSize(terms, asset);
  assertPrices(terms);
  assertTrail(terms);
  assertTimeInForce(terms);
  assertIntent(fields, terms);
  if (asset.class === 'crypto') assertCrypto(terms);
}

function assertSize({ qty, notional, type, timeInForce }: OrderTerms, asset: Asset): void {
  if (qty === null && notional === null) throw malformed('qty or notional is required');
  if (qty !== null && notional !== null) throw malformed('only one of qty or notional is accepted');
  if (notional !== null && type !== 'market') throw unprocessable('notional orders must be market orders');
  const fractional = notional !== null || !Number.isInteger(qty);
  if (fractional && asset.class === 'us_equity' && timeInForce !== 'day')
    throw unprocessable('fractional orders must be DAY orders');
}

function assertPrices({ type, limitPrice, stopPrice }: OrderTerms): void {
  const wants = {
    limit: type === 'limit' || type === 'stop_limit',
    stop: type === 'stop' || type === 'stop_limit',
  };
  if (wants.limit && limitPrice === null) throw malformed(`${type} orders require limit_price`);
  if (wants.stop && stopPrice === null) throw malformed(`${type} orders require stop_price`);
  if (!wants.limit && limitPrice !== null) throw unprocessable(`${type} orders must not have limit_price`);
  if (!wants.stop && stopPrice !== null) throw unprocessable(`${type} orders must not have stop_price`);
}

function assertTrail({ type, trailPrice, trailPercent }: OrderTerms): void {
  const trails = [trailPrice, trailPercent].filter((trail) => trail !== null).length;
  if (type !== 'trailing_stop' && trails > 0)
    throw unprocessable(`${type} orders must not have trail_price or trail_percent`);
  if (type === 'trailing_stop' && trails !== 1)
    throw malformed('trailing_stop orders require one of trail_price and trail_percent');
  if (trailPercent !== null && trailPercent >= 100) throw unprocessable('trail_percent must be < 100');
}

function assertTimeInForce(terms: OrderTerms): void {
  const { type, timeInForce, extendedHours } = terms;
  if (hasOneMoment(terms) && type !== 'market' && type !== 'limit')
    throw unprocessable(`${timeInForce} orders must be market or limit orders`);
  if (extendedHours && (type !== 'limit' || hasOneMoment(terms)))
    throw unprocessable('extended hours orders must be DAY or GTC limit orders');
}

/** The simulated accounts hold no short position, so the side says what an order intends. */
function assertIntent(fields: Fields, { side }: OrderTerms): void {
  const inferred = side === 'buy' ? 'buy_to_open' : 'sell_to_close';
  const specified = fields['position_intent'] ?? inferred;
  if (specified !== inferred)
    throw unprocessable(
      `position intent mismatch, inferred: ${inferred}, specified: ${JSON.stringify(specified)}`,
    );
}

function assertCrypto({ type, timeInForce }: OrderTerms): void {
  if (type === 'stop' || type === 'trailing_stop') throw unprocessable('invalid order type for crypto order');
  if (timeInForce !== 'gtc' && timeInForce !== 'ioc') throw unprocessable('invalid crypto time_in_force');
}
