import { type Request, Router } from 'express';
import { badRequest, notFound } from '../api/api-error.ts';
import { queryChoice, queryList, queryText, queryTime } from '../api/query.ts';
import { DAY } from '../market/trading-day.ts';
import { announcementAnswer } from './action-answers.ts';
import { actionsAnnouncedBy } from './corporate-action.ts';

const MAX_RANGE = 90 * DAY;

/** The dates that the list can be cut by. */
const DATES = ['ex_date', 'declaration_date', 'record_date', 'payable_date'] as const;

/** `/v2/corporate_actions/announcements` of the trading host: deprecated, and still there. */
export function announcementRoutes(): Router {
  const router = Router();
  router.get('/', (request, response) => {
    const wanted = announcementFilter(request);
    response.json(actionsAnnouncedBy(Date.now()).map(announcementAnswer).filter(wanted));
  });
  router.get('/:id', (request, response) => {
    const action = actionsAnnouncedBy(Date.now()).find(({ id }) => id === request.params.id);
    if (action === undefined) throw notFound('announcement not found');
    response.json(announcementAnswer(action));
  });
  return router;
}

type Announcement = ReturnType<typeof announcementAnswer>;

function announcementFilter(request: Request): (announcement: Announcement) => boolean {
  const types = queryList(request, 'ca_types')?.map((type) => type.toLowerCase());
  const [since, until] = [queryTime(request, 'since'), queryTime(request, 'until')];
  if (types === undefined || since === undefined || until === undefined)
    throw badRequest('ca_types, since and until are required');
  if (until < since || until - since > MAX_RANGE) throw badRequest('since and until must be within 90 days');
  const field = queryChoice(request, 'date_type', DATES);
  const [symbol, cusip] = [queryText(request, 'symbol'), queryText(request, 'cusip')];
  return (announcement) => {
    const date = Date.parse(announcement[field]);
    return (
      types.includes(announcement.ca_type.toLowerCase()) &&
      date >= since &&
      date <= until &&
      announcement.initiating_symbol === (symbol ?? announcement.initiating_symbol) &&
      announcement.initiating_original_cusip === (cusip ?? announcement.initiating_original_cusip)
    );
  };
}
