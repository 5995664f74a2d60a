import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { requestIdOf } from './name-request.ts';
import { report } from './report.ts';

/** One line per answered request: the route's template, never its URL, and nothing a client sent. */
export function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    response.once('close', () => {
      report(log, 'info', {
        event: 'request',
        requestId: requestIdOf(response),
        method: request.method,
        route: typeof request.route?.path === 'string' ? request.route.path : undefined,
        status: response.statusCode,
        ms: Math.round(performance.now() - began),
      });
    });
    next();
  };
}
