import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';

/** Names the answer with 32 hex digits, as Alpaca does for its support. */
export const nameRequest: RequestHandler = (_request, response, next) => {
  response.set('X-Request-ID', randomBytes(16).toString('hex'));
  next();
};
