import { type Request, Router } from 'express';
import { badRequest } from '../api/api-error.ts';
import { pageOf } from '../api/page-token.ts';
import { queryChoice, queryList, queryText, queryTime } from '../api/query.ts';
import { streamEvents } from '../events/event-stream.ts';
import { dateOf } from '../market/trading-day.ts';
import { actionAnswer, actionEvent, typeOf } from './action-answers.ts';
import { actionsAnnouncedBy, type CorporateAction } from './corporate-action.ts';

const ACTIONS = { fallback: 100, max: 1_000 };

/** Corporate actions on the data host: the list, and the stream of what is announced. */
export function corporateActionRoutes(): Router {
  const router = Router();
  router.get('/v1/corporate-actions', (request, response) => {
    const { items, nextPageToken } = pageOf(request, askedActions(request), ({ id }) => id, ACTIONS);
    response.json({ corporate_actions: byType(items), next_page_token: nextPageToken });
  });
  router.get('/v1beta1/events/corporate-actions', (request, response) => {
    const types = queryList(request, 'type');
    const abroad = queryChoice(request, 'region', ['all', 'us', 'non_us']) === 'non_us';
    streamEvents(request, response, () =>
      (abroad ? [] : actionsAnnouncedBy(Date.now()))
        .map(actionEvent)
        .filter(({ event_type }) => types?.includes(event_type) ?? true),
    );
  });
  return router;
}

/** Filtered and sorted by the day on which they are processed; of today unless asked otherwise. */
function askedActions(request: Request): CorporateAction[] {
  const all = actionsAnnouncedBy(Date.now());
  const ids = queryList(request, 'ids');
  if (ids !== undefined) return all.filter(({ id }) => ids.includes(id));
  const today = dateOf(Date.now());
  const [start, end] = [queryDate(request, 'start') ?? today, queryDate(request, 'end') ?? today];
  if (start > end) throw badRequest('invalid start: must not be after end');
  const symbols = queryList(request, 'symbols');
  const cusips = queryList(request, 'cusips');
  const types = queryList(request, 'types');
  const found = all.filter(
    (action) =>
      action.payableDate >= start &&
      action.payableDate <= end &&
      (symbols?.includes(action.symbol) ?? true) &&
      (cusips?.includes(action.cusip) ?? true) &&
      (types?.includes(typeOf(action)) ?? true),
  );
  found.sort((one, other) => (one.payableDate + one.id < other.payableDate + other.id ? -1 : 1));
  return queryChoice(request, 'sort', ['asc', 'desc']) === 'desc' ? found.reverse() : found;
}

/** A list for each type that occurs. */
function byType(actions: readonly CorporateAction[]): Record<string, ReturnType<typeof actionAnswer>[]> {
  const types = [...new Set(actions.map(typeOf))];
  return Object.fromEntries(
    types.map((type) => [`${type}s`, actions.filter((action) => typeOf(action) === type).map(actionAnswer)]),
  );
}

/** `YYYY-MM-DD`, whatever time of day comes with it. */
function queryDate(request: Request, name: string): string | undefined {
  const time = queryTime(request, name);
  return time === undefined ? undefined : queryText(request, name)?.slice(0, 10);
}
