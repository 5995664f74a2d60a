import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

/** Gives each request the id that joins its answer, its error body and its lines in the log. */
export const nameRequest: RequestHandler = (_request, response, next) => {
  response.locals['requestId'] ??= randomUUID();
  response.setHeader('X-Request-ID', response.locals['requestId']);
  next();
};
