import type { Request } from 'express';
import { badRequest } from '../api/api-error.ts';
import { queryChoice, queryCount, queryEnd, queryText, queryTime } from '../api/query.ts';
import type { Asset } from './assets.ts';
import type { Moments } from './moments.ts';
import { startOfDay } from './trading-day.ts';

/** Things of one kind that happen to an asset at regular moments: its bars, its quotes, its trades. */
export interface Series<Item> {
  moments: Moments;
  /** What happened at a moment that is not after `now`. Undefined when nothing did. */
  at(asset: Asset, moment: number, now: number): Item | undefined;
}

/** A page of history by symbol, and what `page_token` has to be for the next one. */
interface History<Item> {
  found: Record<string, Item[]>;
  nextPageToken: string | null;
}

const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;

/**
 * Reads the page that the request asks for with `start`, `end`, `sort`, `limit` and `page_token`. As at Alpaca, the limit
 * counts the items of all symbols together, one symbol after the other, and the token names the next item.
 */
export function readHistory<Item>(
  request: Request,
  assets: readonly Asset[],
  series: Series<Item>,
  now: number,
): History<Item> {
  const range = readRange(request, now);
  const token = readToken(request);
  const limit = queryCount(request, 'limit', DEFAULT_LIMIT, MAX_LIMIT);
  const ordered = assets.toSorted((one, other) => (one.symbol < other.symbol ? -1 : 1));
  const found: Record<string, Item[]> = {};
  let count = 0;
  for (const asset of ordered.filter(({ symbol }) => symbol >= token.symbol)) {
    const resumed = asset.symbol === token.symbol ? token.moment : undefined;
    for (const moment of momentsIn(series.moments, range, resumed)) {
      const item = series.at(asset, moment, now);
      if (item === undefined) continue;
      if (count === limit) return { found, nextPageToken: writePageToken(`${asset.symbol} ${moment}`) };
      found[asset.symbol] ??= [];
      found[asset.symbol]?.push(item);
      count += 1;
    }
  }
  return { found, nextPageToken: null };
}

interface Range {
  /** Both inclusive, in milliseconds since 1970. */
  start: number;
  end: number;
  descending: boolean;
}

function readRange(request: Request, now: number): Range {
  const start = queryTime(request, 'start') ?? startOfDay(now);
  const end = queryEnd(request, 'end');
  const descending = queryChoice(request, 'sort', ['asc', 'desc']) === 'desc';
  if (end !== undefined && start > end) throw badRequest('invalid start: must not be after end');
  return { start, end: Math.min(end ?? now, now), descending };
}

/** Tokens are opaque to callers, as Alpaca's are. */
function writePageToken(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Where the page begins; without a token, before every symbol. */
function readToken(request: Request): { symbol: string; moment: number | undefined } {
  const token = queryText(request, 'page_token');
  if (token === undefined) return { symbol: '', moment: undefined };
  const [, symbol, moment] = /^(\S+) (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (symbol === undefined) throw badRequest('invalid page_token');
  return { symbol, moment: Number(moment) };
}

function* momentsIn(moments: Moments, { start, end, descending }: Range, resumed?: number) {
  if (descending) {
    const last = moments.before(Math.min(end, resumed ?? end));
    for (let moment = last; moment >= start; moment = moments.before(moment - 1)) yield moment;
    return;
  }
  const earliest = Math.max(start, resumed ?? start);
  const before = moments.before(earliest);
  const first = before < earliest ? moments.after(before) : before;
  for (let moment = first; moment <= end; moment = moments.after(moment)) yield moment;
}
