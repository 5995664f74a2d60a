import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';

/** Beside the answers, and not on them: `locals` belongs to the app that a router is mounted in. */
const names = new WeakMap<ServerResponse, string>();

/** Gives each request the id that joins its answer, its error body and its lines in the log. */
export const nameRequest: RequestHandler = (_request, response, next) => {
  response.setHeader('X-Request-ID', requestIdOf(response));
  next();
};

/** The id of the request that this is the answer to. Made when it is first asked for. */
export function requestIdOf(response: ServerResponse): string {
  const known = names.get(response);
  if (known !== undefined) return known;
  const name = randomUUID();
  names.set(response, name);
  return name;
}
