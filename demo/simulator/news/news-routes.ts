import { type Request, Router } from 'express';
import { pageOf } from '../api/page-token.ts';
import { queryChoice, queryList, queryText, queryTime } from '../api/query.ts';
import { plainSymbol } from '../market/assets.ts';
import { every } from '../market/moments.ts';
import type { PriceWalk } from '../market/price-walk.ts';
import { DAY } from '../market/trading-day.ts';
import { articleAt, NEWS_INTERVAL, topicOf } from './article.ts';

const moments = every(NEWS_INTERVAL);
const ARTICLES = { fallback: 10, max: 50 };
/** How far back the news goes. */
const ARCHIVE = 30 * DAY;

/** `/v1beta1/news`: the latest first unless asked otherwise. */
export function newsRoutes(prices: PriceWalk): Router {
  const router = Router();
  router.get('/', (request, response) => {
    const now = Date.now();
    const { items, nextPageToken } = pageOf(request, momentsAsked(request, now), String, ARTICLES);
    const withContent = queryText(request, 'include_content') === 'true';
    const news = items.map((moment) => articleAt(prices, moment, withContent));
    response.json({ news, next_page_token: nextPageToken });
  });
  return router;
}

function momentsAsked(request: Request, now: number): number[] {
  const symbols = queryList(request, 'symbols');
  const start = Math.max(queryTime(request, 'start') ?? 0, now - ARCHIVE);
  const end = Math.min(queryTime(request, 'end') ?? now, now);
  const found: number[] = [];
  for (let moment = moments.before(end); moment >= start; moment -= NEWS_INTERVAL) {
    if (symbols?.includes(plainSymbol(topicOf(moment))) ?? true) found.push(moment);
  }
  return queryChoice(request, 'sort', ['desc', 'asc']) === 'asc' ? found.reverse() : found;
}
