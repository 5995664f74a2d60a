import type { Request } from 'express';
import { badRequest } from './api-error.ts';
import { queryCount, queryText } from './query.ts';

/** A page of a list, and what `page_token` has to be for the next one: null when there is none. */
export interface Page<Item> {
  items: Item[];
  nextPageToken: string | null;
}

/** How many items a page has when nobody says, and at most. */
export interface PageSize {
  fallback: number;
  max: number;
}

/**
 * Cuts the page that the request asks for with `limit` and `page_token` out of a list. The token names the first item of
 * the page, not its number: a list that grows meanwhile shows nothing twice.
 *
 * @throws ApiError 400 for a token that names nothing in the list
 */
export function pageOf<Item>(
  request: Request,
  list: readonly Item[],
  nameOf: (item: Item) => string,
  { fallback, max }: PageSize,
): Page<Item> {
  const token = queryText(request, 'page_token');
  const first = token === undefined ? 0 : list.findIndex((item) => nameOf(item) === readPageToken(token));
  if (first < 0) throw badRequest('invalid page_token');
  const end = first + queryCount(request, 'limit', fallback, max);
  const next = list[end];
  return {
    items: list.slice(first, end),
    nextPageToken: next === undefined ? null : writePageToken(nameOf(next)),
  };
}

/** Tokens are opaque to callers, as Alpaca's are. */
export function writePageToken(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Reads back what `writePageToken` wrote; anything else comes out as noise, which names nothing. */
export function readPageToken(token: string): string {
  return Buffer.from(token, 'base64url').toString();
}
