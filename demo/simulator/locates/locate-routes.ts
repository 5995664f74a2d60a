import { randomUUID } from 'node:crypto';
import { type Request, Router } from 'express';
import { z } from 'zod';
import { ApiError, notFound } from '../api/api-error.ts';
import { accountOf } from '../api/bearer.ts';
import { decimal } from '../api/decimal.ts';
import { pageOf } from '../api/page-token.ts';
import { perAccount } from '../api/per-account.ts';
import { queryList, queryText } from '../api/query.ts';
import { findAsset } from '../market/assets.ts';
import { stableUuid } from '../stable-uuid.ts';
import type { Account } from '../trading/account.ts';
import { LOCATE_FEE, type Locate, locate, locateAnswer } from './locate.ts';

const LOCATES = { fallback: 100, max: 1_000 };
const AVAILABLE_QTY = 10_000;

const LocateBody = z.object({
  symbol: z.string(),
  qty: z.int().positive().multipleOf(100),
  all_or_none: z.boolean().default(false),
  limit_price: z.string().nullish(),
});

/** `/v1/locates`: shares found for a short sale, at a fee. Each account begins with an old one. */
export function locateRoutes(): Router {
  const router = Router();
  const locatesOf = perAccount((account) => [openingLocate(account)]);

  router.get('/', (request, response) => {
    const asked = locatesOf(accountOf(response)).map(locateAnswer).filter(locateFilter(request));
    const { items, nextPageToken } = pageOf(request, asked.reverse(), ({ id }) => id, LOCATES);
    response.json({ locates: items, next_page_token: nextPageToken });
  });
  router.post('/', (request, response) => {
    const order = LocateBody.safeParse(request.body);
    if (!order.success) throw locateError(400, 'invalid_input', z.prettifyError(order.error));
    if (!isStock(order.data.symbol)) throw locateError(422, 'symbol_not_found', 'symbol not found');
    const made = locate(randomUUID(), order.data, new Date());
    locatesOf(accountOf(response)).push(made);
    response.status(201).json(locateAnswer(made));
  });
  router.get('/quotes', (request, response) => {
    const symbols = queryList(request, 'symbols');
    if (symbols === undefined) throw locateError(400, 'invalid_symbols', 'symbols is required');
    const unknown = symbols.filter((symbol) => !isStock(symbol));
    response.json({ quotes: symbols.filter(isStock).map(quoteOf), errors: unknown.map(noQuoteOf) });
  });
  router.get('/:id', (request, response) => {
    const found = locatesOf(accountOf(response)).find(({ id }) => id === request.params.id);
    if (found === undefined) throw notFound('locate not found');
    response.json(locateAnswer(found));
  });
  return router;
}

function openingLocate({ number, openedAt }: Account): Locate {
  const order = { symbol: 'TSLA', qty: 100, all_or_none: false };
  return locate(stableUuid(`locate ${number}`), order, new Date(openedAt));
}

function locateFilter(request: Request): (made: ReturnType<typeof locateAnswer>) => boolean {
  const symbol = queryText(request, 'symbol');
  const status = queryText(request, 'status');
  const start = queryText(request, 'start') ?? '';
  const end = queryText(request, 'end') ?? '9999';
  return (made) => {
    const date = made.created_at.slice(0, 10);
    const asked = made.symbol === (symbol ?? made.symbol) && made.status === (status ?? made.status);
    return asked && date >= start && date <= end;
  };
}

function quoteOf(symbol: string) {
  const quoted_at = new Date().toISOString();
  return { symbol, available_qty: AVAILABLE_QTY, price: decimal(LOCATE_FEE), quoted_at };
}

function noQuoteOf(symbol: string) {
  return { symbol, code: 'symbol_not_found', message: 'symbol not found' };
}

function isStock(symbol: string): boolean {
  return findAsset(symbol)?.class === 'us_equity';
}

/** Locates alone have their errors named in words. */
function locateError(status: number, code: string, message: string): ApiError {
  return new ApiError(status, 0, message, { code });
}
