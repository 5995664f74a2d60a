import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { PublicError } from '../errors/public-error.ts';
import { sendError } from '../errors/send-error.ts';
import type { OriginGuard } from '../guard/trusted-origin.ts';
import { report } from '../log/report.ts';
import { type Visit, visitLine } from './visit.ts';

export interface VisitSurroundings {
  guard: OriginGuard;
  log: Logger;
  /** What the log calls a visit that went well. */
  done: string;
}

/** Runs `answer`, turns what it throws into an error body that the page can read, and logs one line. Never rejects. */
export async function serveVisit(
  visit: Visit,
  { guard, log, done }: VisitSurroundings,
  answer: (visit: Visit) => Promise<void>,
): Promise<void> {
  try {
    await answer(visit);
    report(log, 'info', visitLine(visit), done);
  } catch (error) {
    refuse(visit, guard, error);
    reportRefusal(visit, log, error);
  }
}

function refuse({ request, response, requestId }: Visit, guard: OriginGuard, error: unknown): void {
  if (!response.headersSent) {
    for (const [name, value] of Object.entries(guard.corsHeaders(request))) response.setHeader(name, value);
    // What is left of a refused body must not be read as the next request.
    if (hasPendingBody(request)) response.setHeader('Connection', 'close');
  }
  sendError(response, error, requestId);
}

function reportRefusal(visit: Visit, log: Logger, error: unknown): void {
  const line = visitLine(visit);
  if (error instanceof PublicError && error.status < 500)
    report(log, 'info', { ...line, code: error.code }, 'refused');
  else report(log, 'error', { ...line, error }, 'failed');
}

function hasPendingBody({ headers, complete }: IncomingMessage): boolean {
  return !complete && (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined);
}
