import type { RequestHandler } from 'express';
import { methodNotAllowed, notFound, PublicError } from './errors.ts';

/**
 * Refuses every request to a router that was mounted at another path than the one that it was made for.
 * @param remedy What the developer has to do.
 */
export function assertMount(mountPath: string, remedy: string): RequestHandler {
  return (request, _response, next) => {
    if (request.baseUrl === mountPath) return next();
    // An Express app finds the router by /ALPACA, too, unless it routes by exact case. That is another path, and a client's.
    if (request.baseUrl.toLowerCase() === mountPath.toLowerCase()) throw notFound();
    throw new PublicError(500, 'config_invalid', remedy);
  };
}

/** 405 for whatever comes here: those methods are served in front of it. */
export function onlyTakes(methods: string): RequestHandler {
  return () => {
    throw methodNotAllowed(methods);
  };
}

/**
 * Has every answer behind it made anew. Otherwise Express answers 304 without a body to `If-None-Match: *`, and in an app that makes
 * ETags also to the tag of an answer that nobody may keep.
 */
export const ignoreConditions: RequestHandler = (request, _response, next) => {
  delete request.headers['if-none-match'];
  delete request.headers['if-modified-since'];
  next();
};
