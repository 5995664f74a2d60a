import { randomUUID } from 'node:crypto';
import { malformed, unprocessable } from '../api/api-error.ts';
import { decimal } from '../api/decimal.ts';
import { type Asset, findAsset } from '../market/assets.ts';
import { nextClose } from '../market/trading-day.ts';
import type { PlannedFill } from './fill-plan.ts';
import { type Order, type OrderSide, type OrderType, unfilled } from './order.ts';

/** A checked request for an order. */
export interface OrderTicket {
  symbol: string;
  side: OrderSide;
  type: OrderType;
  timeInForce: string;
  qty: number | null;
  notional: number | null;
  limitPrice: number | null;
  stopPrice: number | null;
  /** Undefined: the simulator makes one. */
  clientOrderId: string | undefined;
}

type Fields = Record<string, unknown>;

const SIDES = ['buy', 'sell'] as const;
const TYPES = ['market', 'limit', 'stop', 'stop_limit'] as const;
/** Of Alpaca's values those that mean something when the market never closes. */
const TIMES_IN_FORCE = ['day', 'gtc'] as const;
const MAX_CLIENT_ORDER_ID = 128;
/** What `PATCH /v2/orders/{id}` may change. */
const CHANGEABLE = ['qty', 'time_in_force', 'limit_price', 'stop_price', 'client_order_id'] as const;
/** A day order gets at least this long, in milliseconds, or one of the last moment would be taken to expire at once. */
const SHORTEST_DAY = 60_000;

/** Reads the body of `POST /v2/orders`. @throws ApiError 422 that names the field */
export function readOrderTicket(body: unknown): OrderTicket {
  const fields: Fields = typeof body === 'object' && body !== null ? { ...body } : {};
  const asset = readAsset(fields);
  const type = readChoice(fields, 'type', TYPES);
  const ticket: OrderTicket = {
    symbol: asset.symbol,
    side: readChoice(fields, 'side', SIDES),
    type,
    timeInForce: readChoice(fields, 'time_in_force', TIMES_IN_FORCE),
    qty: readAmount(fields, 'qty', 9),
    notional: readAmount(fields, 'notional', 2),
    limitPrice: readAmount(fields, 'limit_price', 2),
    stopPrice: readAmount(fields, 'stop_price', 2),
    clientOrderId: readClientOrderId(fields),
  };
  checkSize(ticket, asset);
  checkPrices(ticket);
  checkSupport(fields, ticket, asset);
  return ticket;
}

/** The order that takes the place of another: the old fields, with those of the body over them. @throws ApiError 422 */
export function readReplacement(order: Order, body: unknown): OrderTicket {
  if (order.notional !== null) throw unprocessable('notional orders cannot be replaced');
  const fields: Fields = typeof body === 'object' && body !== null ? { ...body } : {};
  const changes = CHANGEABLE.filter((name) => fields[name] !== undefined && fields[name] !== null);
  if (changes.length === 0) throw unprocessable(`nothing to replace: send ${CHANGEABLE.join(', ')}`);
  return readOrderTicket({
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    // What was filled stays filled: unless told otherwise, the new order is for the rest.
    qty: unfilled(order).qty,
    limit_price: order.limitPrice,
    stop_price: order.stopPrice,
    ...Object.fromEntries(changes.map((name) => [name, fields[name]])),
  });
}

interface NewOrderOptions {
  plan: PlannedFill[];
  /** The id of the order that it takes the place of. */
  replaces: string | null;
  /** Milliseconds since 1970. */
  now: number;
}

/** The order that a ticket becomes when it is taken. */
export function newOrder(ticket: OrderTicket, { plan, replaces, now }: NewOrderOptions): Order {
  const at = new Date(now).toISOString();
  return {
    ...ticket,
    id: randomUUID(),
    clientOrderId: ticket.clientOrderId ?? randomUUID(),
    status: 'new',
    submittedAt: at,
    updatedAt: at,
    closedAt: null,
    expiresAt: ticket.timeInForce === 'day' ? new Date(nextClose(now + SHORTEST_DAY)).toISOString() : null,
    plan,
    fillsAfter: now + (plan[0]?.wait ?? 0),
    triggered: ticket.stopPrice === null,
    filledQty: 0,
    filledPrice: null,
    replacedBy: null,
    replaces,
  };
}

/** A positive number that Alpaca's clients send as a string or a number; null when absent. */
function readAmount(fields: Fields, name: string, places: number): number | null {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return null;
  const amount = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!Number.isFinite(amount)) throw malformed(`${name} must be a number`);
  if (amount <= 0) throw unprocessable(`${name} must be > 0`);
  if (Number(decimal(amount, places)) !== amount)
    throw unprocessable(`invalid ${name} ${amount}: at most ${places} decimal places`);
  return amount;
}

/** @throws ApiError 422 when it is longer than Alpaca allows */
function readClientOrderId(fields: Fields): string | undefined {
  const value = fields['client_order_id'];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || value.length > MAX_CLIENT_ORDER_ID)
    throw malformed(`client_order_id must be a string of at most ${MAX_CLIENT_ORDER_ID} characters`);
  return value;
}

function readAsset(fields: Fields): Asset {
  const symbol = fields['symbol'];
  if (typeof symbol !== 'string' || symbol === '') throw malformed('symbol is required');
  const asset = findAsset(symbol);
  if (asset === undefined) throw unprocessable(`asset "${symbol}" not found`);
  return asset;
}

function readChoice<Choice extends string>(fields: Fields, name: string, choices: readonly Choice[]): Choice {
  const value = fields[name];
  if (value === undefined || value === null || value === '') throw malformed(`${name} is required`);
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw unprocessable(`invalid ${name}: the simulator has ${choices.join(', ')}`);
  return choice;
}

function checkSupport(fields: Fields, { timeInForce }: OrderTicket, asset: Asset): void {
  const orderClass = fields['order_class'] ?? '';
  if (orderClass !== '' && orderClass !== 'simple')
    throw unprocessable('the simulator has simple orders only');
  if (asset.class === 'crypto' && timeInForce !== 'gtc') throw unprocessable('invalid crypto time_in_force');
}

function checkSize({ qty, notional, type, timeInForce }: OrderTicket, asset: Asset): void {
  if (qty === null && notional === null) throw malformed('qty or notional is required');
  if (qty !== null && notional !== null) throw malformed('only one of qty or notional is accepted');
  if (notional !== null && type !== 'market') throw unprocessable('notional orders must be market orders');
  const fractional = notional !== null || !Number.isInteger(qty);
  if (fractional && asset.class === 'us_equity' && timeInForce !== 'day')
    throw unprocessable('fractional orders must be DAY orders');
}

function checkPrices({ type, limitPrice, stopPrice }: OrderTicket): void {
  const wants = { limit: type === 'limit' || type === 'stop_limit', stop: type.startsWith('stop') };
  if (wants.limit && limitPrice === null) throw malformed(`${type} orders require limit_price`);
  if (wants.stop && stopPrice === null) throw malformed(`${type} orders require stop_price`);
  if (!wants.limit && limitPrice !== null) throw unprocessable(`${type} orders must not have limit_price`);
  if (!wants.stop && stopPrice !== null) throw unprocessable(`${type} orders must not have stop_price`);
}
