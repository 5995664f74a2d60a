import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from '../contract.ts';
import type { Report } from '../log/report.ts';

/** One request on its way through the proxy, or to a stream of trade updates. */
export interface Visit {
  readonly api: Api;
  /** The raw request-target. */
  readonly target: string;
  readonly requestId: string;
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path template, once it is known. */
  route?: string;
  /** What came of it, once there is something to say. */
  outcome?: { ending: string; upstreamRequestId?: string | undefined };
}

/** What the log says of a visit: the template and never the URL, which holds ids and symbols; no header, no body. */
export function visitLine(visit: Visit): Report {
  const { api, requestId, startedAt, request, response, route, outcome } = visit;
  return {
    event: 'request',
    method: request.method,
    route,
    environment: api,
    // nginx's 499: the client left before there was an answer.
    status: response.headersSent ? response.statusCode : 499,
    ms: Math.round(performance.now() - startedAt),
    requestId,
    upstreamRequestId: outcome?.upstreamRequestId,
    ending: outcome?.ending,
  };
}
