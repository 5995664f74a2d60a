import { headerRefs, type Json, jsonContent, ref } from './components.ts';
import type { DescribedRoute, Errors } from './described-routes.ts';

/** The answers of a route of our own: what it answers, and its errors. Some statuses are both. */
export function responses(answers: DescribedRoute['answers'], errors: Errors, isScripts: boolean): Json {
  const all: Record<string, Json> = {};
  const more = isScripts ? ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'Vary'] : [];
  for (const [status, { what, body, headers = [] }] of Object.entries(answers)) {
    all[status] = {
      description: what,
      headers: headerRefs(['X-Request-ID', ...more, ...headers]),
      ...(body && { content: contentOf(body) }),
    };
  }
  for (const [status, codes] of Object.entries(errors)) {
    const page = all[status];
    const error = errorResponse(codes, more);
    all[status] = page
      ? {
          ...error,
          description: `${page['description']} Or an error.`,
          content: { ...(page['content'] as Json), ...(error['content'] as Json) },
        }
      : error;
  }
  return all;
}

function contentOf(body: NonNullable<DescribedRoute['answers'][number]['body']>): Json {
  if (body === 'html') return { 'text/html': { schema: { type: 'string' } } };
  if (body === 'script') return { 'text/javascript': { schema: { type: 'string' } } };
  if (body === 'events') return { 'text/event-stream': { schema: { type: 'string' } } };
  return jsonContent(body === 'json' ? { type: 'object' } : ref('schemas', body));
}

function errorResponse(codes: readonly string[], headers: readonly string[]): Json {
  const waits = codes.some((code) => code === 'rate_limited' || code === 'overloaded');
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: headerRefs(['X-Request-ID', ...headers, ...(waits ? ['Retry-After'] : [])]),
    content: jsonContent(errorSchema(codes)),
  };
}

export function errorSchema(codes: readonly string[]): Json {
  return { allOf: [ref('schemas', 'ErrorAnswer'), { properties: { code: { enum: codes } } }] };
}

/** All of them, status by status. */
export function merge(...all: readonly Errors[]): Errors {
  const merged: Record<number, Errors[number]> = {};
  for (const errors of all) {
    for (const [status, codes] of Object.entries(errors)) {
      merged[Number(status)] = [...new Set([...(merged[Number(status)] ?? []), ...codes])];
    }
  }
  return merged;
}
