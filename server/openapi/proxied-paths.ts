import { type OperationRow, operations, pathParameters } from '../operations.ts';
import { headerRefs, type Json, jsonContent, ref } from './components.ts';
import {
  ERRORS_ANYWHERE,
  ERRORS_OF_PROXY,
  ERRORS_OF_SCRIPT_ROUTES,
  type Errors,
} from './described-routes.ts';
import { errorSchema, merge } from './responses.ts';

/** One path for each of the table: `/{environment}/…` for the Trading API, `/data/…` for the Market Data API. */
export function proxiedPaths(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const row of operations) {
    const [api, method, template] = row;
    const path = (api === 'data' ? '/data' : '/{environment}') + template;
    paths[path] = { ...paths[path], [method.toLowerCase()]: proxied(row) };
  }
  return paths;
}

function proxied([api, method, template, scope, ...more]: OperationRow): Json {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const shared = ['X-Alpaca-Connect', 'Origin', 'Sec-Fetch-Site', 'X-Alpaca-Connection'];
  if (api === 'trading') shared.unshift('environment');
  return {
    operationId: `${api}_${method}_${template.slice(1).replace(/\W+/g, '_')}`.replace(/_$/, ''),
    tags: ['alpaca'],
    summary: `${method} ${template}`,
    description: `As Alpaca documents it. ${SCOPES[scope]}${more.includes('events') ? ' The answer is an endless stream of events.' : ''}`,
    'x-scope': scope,
    security: [{ session: [] }],
    parameters: [
      ...names.map((name) => pathParameter(name, pathParameters.get(name)?.source ?? '')),
      ...[...shared, ...more.filter((name) => name !== 'events')].map((name) => ref('parameters', name)),
    ],
    ...(method !== 'GET' && { requestBody: { content: jsonContent({}) } }),
    responses: {
      ...Object.fromEntries(
        Object.keys(proxyErrors()).map((status) => [status, ref('responses', `Proxy${status}`)]),
      ),
      default: ref('responses', 'Alpaca'),
    },
  };
}

const SCOPES: Readonly<Record<OperationRow[3], string>> = {
  none: 'Needs no scope.',
  trading: 'Needs the scope `trading`.',
  'account:write': 'Needs the scope `account:write`.',
  data: 'Needs the scope `data`.',
  undocumented: 'Alpaca documents no scope: closed, unless the owner of the server opens it by name.',
};

function pathParameter(name: string, pattern: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string', pattern } };
}

function proxyErrors(): Errors {
  return merge(ERRORS_ANYWHERE, ERRORS_OF_SCRIPT_ROUTES, ERRORS_OF_PROXY);
}

/** An error of the server's own, or, under the same status, what Alpaca answered. */
export function proxyResponses(): Json {
  const headers = headerRefs([
    'X-Request-ID',
    'Access-Control-Allow-Origin',
    'Access-Control-Allow-Credentials',
    'Vary',
    'Retry-After',
    'X-Upstream-Request-ID',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'X-RateLimit-Reset',
  ]);
  const own = Object.entries(proxyErrors()).map(([status, codes]) => [
    `Proxy${status}`,
    {
      description: `${codes.map((code) => `\`${code}\``).join(', ')}, or what Alpaca answered.`,
      headers,
      content: jsonContent({ anyOf: [errorSchema(codes), { description: 'What Alpaca answered.' }] }),
    },
  ]);
  return {
    ...Object.fromEntries(own),
    Alpaca: {
      description: "Alpaca's own answer: its status, and its bytes as they came.",
      headers,
      content: { '*/*': {} },
    },
  };
}
