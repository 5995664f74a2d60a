import type { Request, Response } from 'express';
import { badRequest } from './api-error.ts';
import { queryText, queryTime } from './query.ts';

/** What every event of Alpaca's streams over HTTP carries. */
export interface StreamedEvent {
  /** A ULID. */
  event_id: string;
  /** ISO 8601. */
  at: string;
}

/** How often the stream looks for something new, in milliseconds. */
const POLLING_INTERVAL = 200;

/**
 * Answers with server-sent events, as Alpaca does: the past from `since` or `since_id` on, then what happens, until the client leaves or `until` or `until_id` is reached.
 *
 * @param list everything that happened so far, oldest first; it may only grow at its end
 * @param lastEventId the header of that name, where Alpaca documents it; it overrides `since_id`
 * @throws ApiError 400 for bounds that contradict each other
 */
export function streamEvents(
  request: Request,
  response: Response,
  list: () => readonly StreamedEvent[],
  lastEventId?: string,
): void {
  const bounds = readBounds(request, lastEventId);
  let sent = bounds.first === undefined ? list().length : 0;
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' }).flushHeaders();
  if (bounds.last !== undefined) {
    sendNew();
    response.end();
    return;
  }
  sendNew();
  const timer = setInterval(sendNew, POLLING_INTERVAL);
  response.on('close', () => clearInterval(timer));

  function sendNew(): void {
    const news = list().slice(sent);
    sent += news.length;
    for (const event of news.filter((candidate) => isWithin(candidate, bounds))) {
      response.write(`id: ${event.event_id}\ndata: ${JSON.stringify(event)}\n\n`);
    }
  }
}

/** Where to begin and end, both inclusive: a ULID, or a time in milliseconds since 1970. */
interface Bounds {
  first: string | number | undefined;
  last: string | number | undefined;
}

function readBounds(request: Request, lastEventId: string | undefined): Bounds {
  const since = queryTime(request, 'since');
  const sinceId = lastEventId ?? queryText(request, 'since_id');
  const until = queryTime(request, 'until');
  const untilId = queryText(request, 'until_id');
  if (since !== undefined && sinceId !== undefined)
    throw badRequest('only one of since and since_id is accepted');
  if (until !== undefined && since === undefined) throw badRequest('until requires since');
  if (untilId !== undefined && sinceId === undefined) throw badRequest('until_id requires since_id');
  return { first: since ?? sinceId, last: until ?? untilId };
}

function isWithin(event: StreamedEvent, { first, last }: Bounds): boolean {
  return (first === undefined || !precedes(event, first)) && (last === undefined || !follows(event, last));
}

function precedes(event: StreamedEvent, bound: string | number): boolean {
  return typeof bound === 'string' ? event.event_id < bound : Date.parse(event.at) < bound;
}

function follows(event: StreamedEvent, bound: string | number): boolean {
  return typeof bound === 'string' ? event.event_id > bound : Date.parse(event.at) > bound;
}
