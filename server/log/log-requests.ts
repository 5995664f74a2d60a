import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { onceGone } from '../http/client-socket.ts';
import { requestIdOf } from './name-request.ts';
import { report } from './report.ts';

/** One line per answered request: the route's template, never its URL, and nothing a client sent. */
export function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    onceGone(response, () => {
      report(log, 'info', {
        event: 'request',
        requestId: requestIdOf(response),
        method: request.method,
        route: typeof request.route?.path === 'string' ? request.route.path : undefined,
        // nginx's 499: the client left before there was an answer.
        status: response.headersSent ? response.statusCode : 499,
        ms: Math.round(performance.now() - began),
      });
    });
    next();
  };
}
