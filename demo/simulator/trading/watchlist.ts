import { findAsset } from '../market/assets.ts';
import { assetAnswer } from './asset-answer.ts';

/** A named list of symbols, in the person's order. */
export interface Watchlist {
  id: string;
  name: string;
  symbols: string[];
  createdAt: string;
  updatedAt: string;
}

/** The watchlist as `GET /v2/watchlists` lists it: without its assets. */
export function watchlistSummary(accountId: string, list: Watchlist) {
  return {
    id: list.id,
    account_id: accountId,
    created_at: list.createdAt,
    updated_at: list.updatedAt,
    name: list.name,
  };
}

/** The watchlist with its assets. */
export function watchlistAnswer(accountId: string, list: Watchlist) {
  const assets = list.symbols.map((symbol) => findAsset(symbol)).filter((asset) => asset !== undefined);
  return { ...watchlistSummary(accountId, list), assets: assets.map(assetAnswer) };
}
