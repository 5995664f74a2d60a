import { randomUUID } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { notFound, unprocessable } from '../api/api-error.ts';
import { accountOf, requireScope } from '../api/bearer.ts';
import { queryText } from '../api/query.ts';
import { findAsset } from '../market/assets.ts';
import type { Watchlist } from './account.ts';
import { assetAnswer } from './asset-routes.ts';

const Name = z.string().trim().min(1).max(64);
const Symbols = z.array(z.string());
const NewWatchlist = z.object({ name: Name, symbols: Symbols.default([]) });
const WatchlistPatch = z.object({ name: Name.optional(), symbols: Symbols.optional() });
const AddedAsset = z.object({ symbol: z.string() });

/** Both of Alpaca's ways to name a watchlist; the colon would begin a parameter of the router. */
const ONE_WATCHLIST = ['/watchlists\\:by_name', '/watchlists/:id'];

/** Watchlists: all of them, and each by id or by name. */
export function watchlistRoutes(save: () => void): Router {
  const router = Router();
  const mayWrite = requireScope('account:write');

  function answer(response: Response, list: Watchlist): void {
    response.json(watchlistAnswer(accountOf(response).id, list));
  }

  function change(response: Response, list: Watchlist, changes: Partial<Watchlist>): void {
    Object.assign(list, changes, { updatedAt: new Date().toISOString() });
    save();
    answer(response, list);
  }

  router.get('/watchlists', (_request, response) => {
    const { id, watchlists } = accountOf(response);
    response.json(watchlists.map((list) => watchlistSummary(id, list)));
  });
  router.post('/watchlists', mayWrite, (request, response) => {
    const { name, symbols } = read(NewWatchlist, request.body);
    const { watchlists } = accountOf(response);
    refuseTaken(watchlists, name);
    const createdAt = new Date().toISOString();
    const list: Watchlist = {
      id: randomUUID(),
      name,
      symbols: checked(symbols),
      createdAt,
      updatedAt: createdAt,
    };
    watchlists.push(list);
    save();
    answer(response, list);
  });
  router.get(ONE_WATCHLIST, (request, response) => answer(response, watchlistNamed(request, response)));
  router.post(ONE_WATCHLIST, mayWrite, (request, response) => {
    const list = watchlistNamed(request, response);
    const { symbol } = read(AddedAsset, request.body);
    change(response, list, { symbols: checked([...list.symbols, symbol]) });
  });
  router.put(ONE_WATCHLIST, mayWrite, (request, response) => {
    const list = watchlistNamed(request, response);
    const { name = list.name, symbols = list.symbols } = read(WatchlistPatch, request.body);
    if (name !== list.name) refuseTaken(accountOf(response).watchlists, name);
    change(response, list, { name, symbols: checked(symbols) });
  });
  router.delete(ONE_WATCHLIST, mayWrite, (request, response) => {
    const account = accountOf(response);
    const list = watchlistNamed(request, response);
    account.watchlists = account.watchlists.filter((other) => other !== list);
    save();
    response.status(204).end();
  });
  router.delete('/watchlists/:id/:symbol', mayWrite, (request, response) => {
    const list = watchlistNamed(request, response);
    const symbol = findAsset(String(request.params['symbol']))?.symbol;
    if (symbol === undefined || !list.symbols.includes(symbol))
      throw notFound('asset not found in watchlist');
    change(response, list, { symbols: list.symbols.filter((other) => other !== symbol) });
  });
  return router;
}

function watchlistNamed(request: Request, response: Response): Watchlist {
  const id = request.params['id'];
  const name = queryText(request, 'name');
  const { watchlists } = accountOf(response);
  const list = watchlists.find((known) => (id === undefined ? known.name === name : known.id === id));
  if (list === undefined) throw notFound('watchlist not found');
  return list;
}

function read<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const result = schema.safeParse(body);
  if (!result.success) throw unprocessable(z.prettifyError(result.error));
  return result.data;
}

function refuseTaken(watchlists: readonly Watchlist[], name: string): void {
  if (watchlists.some((list) => list.name === name)) throw unprocessable('watchlist name must be unique');
}

/** Known symbols, each once, in the given order. */
function checked(symbols: readonly string[]): string[] {
  const known = symbols.map((symbol) => {
    const asset = findAsset(symbol);
    if (asset === undefined) throw unprocessable(`asset "${symbol}" not found`);
    return asset.symbol;
  });
  return [...new Set(known)];
}

/** The watchlist as `GET /v2/watchlists` lists it: without its assets. */
function watchlistSummary(accountId: string, list: Watchlist) {
  return {
    id: list.id,
    account_id: accountId,
    created_at: list.createdAt,
    updated_at: list.updatedAt,
    name: list.name,
  };
}

/** The watchlist with its assets. */
function watchlistAnswer(accountId: string, list: Watchlist) {
  const assets = list.symbols.map((symbol) => findAsset(symbol)).filter((asset) => asset !== undefined);
  return { ...watchlistSummary(accountId, list), assets: assets.map(assetAnswer) };
}
