import { type Request, type Response, Router } from 'express';
import { badRequest, notFound } from './api/api-error.ts';
import { requireScope } from './api/bearer.ts';
import { type StreamedEvent, streamEvents } from './api/event-stream.ts';
import { queryList, queryText } from './api/query.ts';
import { EXAMPLES, type Example } from './examples.ts';

/**
 * The operations that are answered with examples. They stand behind the checks of their host, so token, account, scope
 * and rate limit hold here as everywhere; filters and dates in the query change nothing.
 */
export function exampleRoutes(api: Example['api']): Router {
  const router = Router();
  for (const example of EXAMPLES.filter((row) => row.api === api)) {
    const [method = '', template = ''] = example.operation.split(' ');
    const scope = example.scope === undefined ? [] : [requireScope(example.scope)];
    router[method.toLowerCase() as 'get' | 'post' | 'delete'](
      routePath(template),
      ...scope,
      (request, response) => answer(example, request, response),
    );
  }
  return router;
}

/** `/v1/locates/{locate_id}` is `/v1/locates/:locate_id` to Express, where another colon would begin a parameter. */
function routePath(template: string): string {
  return template.replaceAll(':', '\\:').replace(/\{(\w+)\}/g, ':$1');
}

/** @throws ApiError 400 without a parameter that must be there, 404 for what the example is not about */
function answer(example: Example, request: Request, response: Response): void {
  checkNames(example, request);
  // Every list here has one page, so no token can be right.
  if (queryText(request, 'page_token') !== undefined) throw badRequest('invalid page_token');
  response.status(example.status ?? 200);
  if (example.streamed) streamEvents(request, response, () => example.answer as StreamedEvent[]);
  else if (Buffer.isBuffer(example.answer)) response.type('image/png').send(example.answer);
  else if (example.answer === undefined) response.end();
  else
    response.json(example.lists === undefined ? example.answer : onlyNamed(example, example.lists, request));
}

function checkNames({ about = {} }: Example, request: Request): void {
  for (const [name, known] of Object.entries(about)) {
    const asked = request.params[name] ?? queryText(request, name);
    if (asked === undefined) throw badRequest(`${name} is required, for example ${known[0]}`);
    if (!known.includes(String(asked)))
      throw notFound(`the simulator has an example for ${name} ${known.join(' and ')}, and for no other`);
  }
}

/** The answer without what was not asked for: Alpaca leaves unknown names out of its lists, silently. */
function onlyNamed({ answer }: Example, parameter: string, request: Request): unknown {
  const names = queryList(request, parameter);
  if (names === undefined) throw badRequest(`${parameter} is required`);
  const fields = Object.entries(answer as Record<string, unknown>);
  return Object.fromEntries(fields.map(([field, value]) => [field, pick(value, names)]));
}

/** Of a list the items whose symbol was named, of a map the named keys. */
function pick(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.filter(({ symbol }) => names.includes(symbol));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => names.includes(key)));
}
