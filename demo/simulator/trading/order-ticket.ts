import { randomUUID } from 'node:crypto';
import { malformed, unprocessable } from '../api/api-error.ts';
import { type Asset, findAsset } from '../market/assets.ts';
import { CORE_CLOSE, CORE_OPEN, nextClose, nextTradingTime } from '../market/trading-day.ts';
import { assertExits, type Exits, readExits } from './exit-orders.ts';
import type { PlannedFill } from './fill-plan.ts';
import { hasOneMoment, type Order, type OrderTerms, unfilled, waitsForStop } from './order.ts';
import {
  type Fields,
  readAmount,
  readChoice,
  readClientOrderId,
  readFields,
  readFlag,
  readRequiredChoice,
} from './order-fields.ts';
import { assertOrderRules } from './order-rules.ts';

/** A checked request for an order. */
export interface OrderTicket extends OrderTerms {
  exits: Exits;
  /** Undefined: the simulator makes one. */
  clientOrderId: string | undefined;
}

const SIDES = ['buy', 'sell'] as const;
const TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'] as const;
const CLASSES = ['simple', 'bracket', 'oco', 'oto'] as const;
const TIMES_IN_FORCE = ['day', 'gtc', 'opg', 'cls', 'ioc', 'fok'] as const;
/** All that `POST /v2/orders` knows; what the simulator does not have of it is refused by name. */
const FIELDS = [
  'symbol',
  'qty',
  'notional',
  'side',
  'type',
  'time_in_force',
  'limit_price',
  'stop_price',
  'trail_price',
  'trail_percent',
  'extended_hours',
  'client_order_id',
  'order_class',
  'take_profit',
  'stop_loss',
  'position_intent',
  'advanced_instructions',
  'legs',
] as const;
/** What `PATCH /v2/orders/{id}` may change. */
const CHANGEABLE = ['qty', 'time_in_force', 'limit_price', 'stop_price', 'trail', 'client_order_id'] as const;
/** A day order gets at least this long, in milliseconds, or one of the last moment would be taken to expire at once. */
const SHORTEST_DAY = 60_000;

/** Reads the body of `POST /v2/orders`. @throws ApiError 422 that names the field */
export function readOrderTicket(body: unknown): OrderTicket {
  const fields = readFields(body, FIELDS);
  const asset = readAsset(fields);
  const orderClass = readChoice(fields, 'order_class', CLASSES) ?? 'simple';
  const exits = readExits(fields);
  const ticket: OrderTicket = {
    symbol: asset.symbol,
    side: readRequiredChoice(fields, 'side', SIDES),
    type: readRequiredChoice(fields, 'type', TYPES),
    orderClass,
    timeInForce: readRequiredChoice(fields, 'time_in_force', TIMES_IN_FORCE),
    qty: readAmount(fields, 'qty', 9),
    notional: readAmount(fields, 'notional', 2),
    limitPrice: readAmount(fields, 'limit_price', 2) ?? (orderClass === 'oco' ? exits.takeProfit : null),
    stopPrice: readAmount(fields, 'stop_price', 2),
    trailPrice: readAmount(fields, 'trail_price', 2),
    trailPercent: readAmount(fields, 'trail_percent', 2),
    extendedHours: readFlag(fields, 'extended_hours'),
    clientOrderId: readClientOrderId(fields),
    exits,
  };
  assertOrderRules(fields, ticket, asset);
  assertExits(ticket, exits, asset);
  return ticket;
}

/** The order that takes the place of another: the old fields, with those of the body over them. @throws ApiError 422 */
export function readReplacement(order: Order, body: unknown): OrderTicket {
  if (order.notional !== null) throw unprocessable('notional orders cannot be replaced');
  const { trail, ...changes } = readFields(body, CHANGEABLE);
  if (trail === undefined && Object.keys(changes).length === 0)
    throw unprocessable(`nothing to replace: send ${CHANGEABLE.join(', ')}`);
  const trailing = order.type === 'trailing_stop';
  if (trail !== undefined && !trailing) throw unprocessable('trail is for trailing_stop orders');
  return readOrderTicket({
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    // What was filled stays filled: unless told otherwise, the new order is for the rest.
    qty: unfilled(order).qty,
    limit_price: order.limitPrice,
    stop_price: trailing ? null : order.stopPrice,
    trail_price: order.trailPrice === null ? null : (trail ?? order.trailPrice),
    trail_percent: order.trailPercent === null ? null : (trail ?? order.trailPercent),
    extended_hours: order.extendedHours,
    ...changes,
  });
}

export interface NewOrderOptions {
  /** Undefined: the simulator makes one. */
  clientOrderId?: string | undefined;
  plan: PlannedFill[];
  /** The id of the order that it takes the place of. */
  replaces?: string | null;
  /** The id of the order whose leg it is: it is held until its turn comes. */
  parentId?: string | null;
  /** Milliseconds since 1970. */
  now: number;
}

/** The order that terms become when they are taken. */
export function newOrder(terms: OrderTerms, options: NewOrderOptions): Order {
  const { plan: parts, replaces = null, parentId = null, now } = options;
  const at = new Date(now).toISOString();
  const wait = parts[0]?.wait ?? 0;
  const plan = hasOneMoment(terms) ? [{ share: 1, wait }] : parts;
  return {
    ...terms,
    id: randomUUID(),
    clientOrderId: options.clientOrderId ?? randomUUID(),
    status: parentId === null ? 'new' : 'held',
    submittedAt: at,
    updatedAt: at,
    closedAt: null,
    expiresAt: terms.timeInForce === 'day' ? new Date(nextClose(now + SHORTEST_DAY)).toISOString() : null,
    plan,
    fillsAfter: auctionOf(terms, now) ?? now + wait,
    triggered: !waitsForStop(terms),
    highWaterMark: null,
    filledQty: 0,
    filledPrice: null,
    replacedBy: null,
    replaces,
    parentId,
  };
}

/** When the auction begins that an order is for, in milliseconds since 1970. Undefined for orders that need none. */
function auctionOf({ timeInForce }: OrderTerms, now: number): number | undefined {
  if (timeInForce === 'opg') return nextTradingTime(now, CORE_OPEN);
  return timeInForce === 'cls' ? nextTradingTime(now, CORE_CLOSE) : undefined;
}

function readAsset(fields: Fields): Asset {
  const symbol = fields['symbol'];
  if (typeof symbol !== 'string') throw malformed('symbol is required');
  const asset = findAsset(symbol);
  if (asset === undefined) throw unprocessable(`asset "${symbol}" not found`);
  return asset;
}
