import { type Request, type Response, Router } from 'express';
import { badRequest, notFound } from './api/api-error.ts';
import { accountOf, requireScope } from './api/bearer.ts';
import { type StreamedEvent, streamEvents } from './api/event-stream.ts';
import { queryList, queryText } from './api/query.ts';
import { EXAMPLES, type Example } from './examples.ts';

/**
 * The operations that are answered with examples. They stand behind the checks of their host, so token, account, scope
 * and rate limit hold here as everywhere; filters and dates in the query change nothing.
 */
export function exampleRoutes(api: Example['api']): Router {
  const router = Router();
  const bodies: UsedKeys = new Map();
  for (const example of EXAMPLES.filter((row) => row.api === api)) {
    const [method = '', template = ''] = example.operation.split(' ');
    const scope = example.scope === undefined ? [] : [requireScope(example.scope)];
    router[method.toLowerCase() as 'get' | 'post' | 'delete'](
      routePath(template),
      ...scope,
      (request, response) => answer(example, bodies, request, response),
    );
  }
  return router;
}

/** `/v1/locates/{locate_id}` is `/v1/locates/:locate_id` to Express, where another colon would begin a parameter. */
function routePath(template: string): string {
  return template.replaceAll(':', '\\:').replace(/\{(\w+)\}/g, ':$1');
}

/** The body that came with each `Idempotency-Key`, by account and operation. */
type UsedKeys = Map<string, string>;

/**
 * @throws ApiError 400 without a parameter that must be there or with a malformed key, 404 for what the example is not about
 */
function answer(example: Example, bodies: UsedKeys, request: Request, response: Response): void {
  checkNames(example, request);
  // Every list here has one page, so no token can be right.
  if (queryText(request, 'page_token') !== undefined) throw badRequest('invalid page_token');
  if (example.keyConflict !== undefined && !mayUseKey(example, bodies, request, response)) {
    response.status(422).json(example.keyConflict);
    return;
  }
  response.status(example.status ?? 200);
  if (example.streamed) {
    const list = () => example.answer as StreamedEvent[];
    streamEvents(request, response, list, request.get('Last-Event-ID'));
  } else if (Buffer.isBuffer(example.answer)) response.type('image/png').send(example.answer);
  else if (example.answer === undefined) response.end();
  else
    response.json(example.lists === undefined ? example.answer : onlyNamed(example, example.lists, request));
}

/** As long as Alpaca's documents let a key be. */
const LONGEST_KEY = 128;

/** Whether the key of the request, if it has one, is new or came with the same body before. */
function mayUseKey({ operation }: Example, bodies: UsedKeys, request: Request, response: Response): boolean {
  const key = request.get('Idempotency-Key');
  if (key === undefined) return true;
  if (key === '' || key.length > LONGEST_KEY) throw badRequest('Idempotency-Key is malformed');
  const use = `${accountOf(response).id} ${operation} ${key}`;
  const body = JSON.stringify(request.body) ?? '';
  const before = bodies.get(use) ?? body;
  bodies.set(use, before);
  return before === body;
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
