import { type Request, Router } from 'express';
import { badRequest, notFound } from '../api/api-error.ts';
import { accountOf, requireScope } from '../api/bearer.ts';
import { queryCount, queryText, queryTime } from '../api/query.ts';
import { isOpen, type Order, orderAnswer } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import { readOrderTicket, readReplacement } from './order-ticket.ts';

const DEFAULT_ORDERS = 50;
const MAX_ORDERS = 500;

/** Placing, listing, reading, replacing and cancelling orders. */
export function orderRoutes(desk: OrderDesk): Router {
  const router = Router();
  router.get('/orders', (request, response) => {
    response.json(listOrders(request, accountOf(response).orders).map(orderAnswer));
  });
  router.post('/orders', requireScope('trading'), (request, response) => {
    response.json(orderAnswer(desk.place(accountOf(response), readOrderTicket(request.body))));
  });
  router.delete('/orders', requireScope('trading'), (_request, response) => {
    const account = accountOf(response);
    const open = account.orders.filter(isOpen);
    for (const order of open) desk.end(account, order, 'canceled');
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
    response.json(orderAnswer(desk.find(accountOf(response), request.params.id)));
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

function listOrders(request: Request, orders: readonly Order[]): Order[] {
  const inStatus = statusFilter(queryText(request, 'status') ?? 'open');
  const after = queryTime(request, 'after') ?? Number.NEGATIVE_INFINITY;
  const until = queryTime(request, 'until') ?? Number.POSITIVE_INFINITY;
  const symbols = queryText(request, 'symbols')?.split(',');
  const side = queryText(request, 'side');
  const found = orders.filter((order) => {
    const time = Date.parse(order.submittedAt);
    const asked = (symbols?.includes(order.symbol) ?? true) && order.side === (side ?? order.side);
    return asked && inStatus(order) && time > after && time < until;
  });
  const ordered = queryText(request, 'direction') === 'asc' ? found : found.reverse();
  return ordered.slice(0, queryCount(request, 'limit', DEFAULT_ORDERS, MAX_ORDERS));
}

function statusFilter(status: string): (order: Order) => boolean {
  if (status === 'open') return isOpen;
  if (status === 'closed') return (order) => !isOpen(order);
  if (status === 'all') return () => true;
  throw badRequest('invalid status: one of open, closed, all');
}
