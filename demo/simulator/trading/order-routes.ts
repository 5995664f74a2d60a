import { type Request, Router } from 'express';
import { notFound, unprocessable } from '../api/api-error.ts';
import { accountOf, requireScope } from '../api/bearer.ts';
import { queryChoice, queryCount, queryList, queryText, queryTime } from '../api/query.ts';
import { findAsset } from '../market/assets.ts';
import { isOpen, nestedOrderAnswer, type Order, orderAnswer } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import { legsOf } from './order-group.ts';
import { readOrderTicket, readReplacement } from './order-ticket.ts';

const DEFAULT_ORDERS = 50;
const MAX_ORDERS = 500;
const SIDES = ['buy', 'sell'] as const;
/** All that Alpaca knows; the simulator has orders of two of them. */
const ASSET_CLASSES = [
  'us_equity',
  'us_option',
  'crypto',
  'crypto_perp',
  'treasury',
  'corporate',
  'global_equity',
  'us_index',
  'us_equity_chain',
  'ipo',
  'all',
];

/** Placing, listing, reading, replacing and cancelling orders. */
export function orderRoutes(desk: OrderDesk): Router {
  const router = Router();
  router.get('/orders', (request, response) => {
    const { orders } = accountOf(response);
    const nested = isNested(request);
    response.json(listOrders(request, orders, nested).map((order) => answer(order, orders, nested)));
  });
  router.post('/orders', requireScope('trading'), (request, response) => {
    const account = accountOf(response);
    response.json(answer(desk.place(account, readOrderTicket(request.body)), account.orders, true));
  });
  router.delete('/orders', requireScope('trading'), (_request, response) => {
    const account = accountOf(response);
    const open = account.orders.filter(isOpen);
    desk.endAll(account, open, 'canceled');
    response.status(207).json(open.map(({ id }) => ({ id, status: 200 })));
  });
  // The colon is part of Alpaca's path; for the router it would begin a parameter.
  router.get('/orders\\:by_client_order_id', (request, response) => {
    const id = queryText(request, 'client_order_id');
    const order = accountOf(response).orders.find(({ clientOrderId }) => clientOrderId === id);
    if (order === undefined) throw notFound(`order not found for ${id}`);
    response.json(orderAnswer(order));
  });
  router.get('/orders/:id', (request, response) => {
    const account = accountOf(response);
    response.json(answer(desk.find(account, request.params.id), account.orders, isNested(request)));
  });
  router.delete('/orders/:id', requireScope('trading'), (request, response) => {
    const account = accountOf(response);
    desk.end(account, desk.find(account, String(request.params['id'])), 'canceled');
    response.status(204).end();
  });
  router.patch('/orders/:id', requireScope('trading'), (request, response) => {
    const account = accountOf(response);
    const order = desk.find(account, String(request.params['id']));
    response.json(orderAnswer(desk.replace(account, order, readReplacement(order, request.body))));
  });
  return router;
}

/** Whether legs are to be listed within the order that they belong to. */
function isNested(request: Request): boolean {
  return queryChoice(request, 'nested', ['false', 'true']) === 'true';
}

function answer(order: Order, orders: readonly Order[], nested: boolean) {
  return nested ? nestedOrderAnswer(order, legsOf(orders, order)) : orderAnswer(order);
}

/** The list as `GET /v2/orders` filters it. Orders are kept in the order of their submission. */
function listOrders(request: Request, orders: readonly Order[], nested: boolean): Order[] {
  const status = queryChoice(request, 'status', ['open', 'closed', 'all']);
  const sides = queryText(request, 'side') === undefined ? SIDES : [queryChoice(request, 'side', SIDES)];
  const symbols = queryList(request, 'symbols')?.map((name) => findAsset(name)?.symbol ?? name);
  const classes = readClasses(request);
  const found = orders.slice(...readWindow(request, orders)).filter((order) => {
    const inStatus = status === 'all' || isOpen(order) === (status === 'open');
    const inClass = classes === undefined || classes.includes(findAsset(order.symbol)?.class ?? '');
    const asked = (symbols?.includes(order.symbol) ?? true) && sides.includes(order.side);
    return inStatus && inClass && asked;
  });
  const ids = new Set(found.map(({ id }) => id));
  // A leg whose order is not in the list stays in it by itself.
  const listed = nested ? found.filter(({ parentId }) => parentId === null || !ids.has(parentId)) : found;
  const ordered = queryChoice(request, 'direction', ['desc', 'asc']) === 'asc' ? listed : listed.reverse();
  return ordered.slice(0, queryCount(request, 'limit', DEFAULT_ORDERS, MAX_ORDERS));
}

/** Undefined for all of them. @throws ApiError 422 for a class that Alpaca does not have */
function readClasses(request: Request): string[] | undefined {
  const classes = queryList(request, 'asset_class');
  const unknown = classes?.find((name) => !ASSET_CLASSES.includes(name));
  if (unknown !== undefined)
    throw unprocessable(`invalid asset_class ${unknown}: one of ${ASSET_CLASSES.join(', ')}`);
  return classes?.includes('all') ? undefined : classes;
}

/**
 * Which orders lie between `after` and `until`, or on one side of another order; none of the ends is included.
 * @throws ApiError 422 for more than one of these ways, 404 for an order that is not there
 */
function readWindow(request: Request, orders: readonly Order[]): [begin: number, end: number] {
  const [before, after] = [queryText(request, 'before_order_id'), queryText(request, 'after_order_id')];
  const times = [queryTime(request, 'after'), queryTime(request, 'until')] as const;
  const byTime = times.some((time) => time !== undefined);
  if ((before !== undefined && after !== undefined) || ((before ?? after) !== undefined && byTime))
    throw unprocessable('only one of before_order_id, after_order_id, or after and until is accepted');
  if (before !== undefined) return [0, indexOf(before)];
  if (after !== undefined) return [indexOf(after) + 1, orders.length];
  const [from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY] = times;
  const within = orders.map(
    ({ submittedAt }) => Date.parse(submittedAt) > from && Date.parse(submittedAt) < until,
  );
  const begin = within.indexOf(true);
  return begin === -1 ? [0, 0] : [begin, within.lastIndexOf(true) + 1];

  function indexOf(id: string): number {
    const index = orders.findIndex((order) => order.id === id);
    if (index === -1) throw notFound(`order not found for ${id}`);
    return index;
  }
}
