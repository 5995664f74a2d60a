import type { RequestHandler } from 'express';
import { z } from 'zod';
import { publicFile } from '../http/widget-files.ts';
import * as contract from '../schemas.ts';
import { HEADERS, type Json, jsonContent, PARAMETERS, ref } from './components.ts';
import {
  type DescribedRoute,
  describedRoutes,
  ERRORS_ANYWHERE,
  ERRORS_ELSEWHERE,
  ERRORS_OF_SCRIPT_ROUTES,
} from './described-routes.ts';
import { proxiedPaths, proxyResponses } from './proxied-paths.ts';
import { merge, responses } from './responses.ts';

/** Of the contract, not of the software: a route, field or code that is added raises the minor number. */
const VERSION = '0.1.0';

/**
 * The contract as OpenAPI 3.1. It says what every server like this one does, and nothing of how this one is configured but
 * where it is mounted. Made of the schemas that check requests, the table of operations, and `described-routes.ts`.
 *
 * @param mountPath Where the routes are mounted, for example `/alpaca`.
 */
export function contractDocument(mountPath = '/alpaca'): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Connect with Alpaca',
      version: VERSION,
      license: { name: 'MIT', identifier: 'MIT' },
      description: DESCRIPTION,
    },
    servers: [{ url: mountPath, description: 'Below the origin of the server.' }],
    tags: [
      { name: 'connect', description: "The connect flow, and the widget's files." },
      { name: 'alpaca', description: "Alpaca's APIs through the proxy." },
    ],
    paths: { ...ownPaths(), ...proxiedPaths() },
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-alpaca.sid',
          description:
            'Set by the answer to `POST /connections`: `HttpOnly; Secure; Path=/`, without `Domain`, `SameSite=Strict`, or `SameSite=None; Partitioned` when a page on another site connected. On plain-http localhost it is `alpaca.sid`, without `Secure`.',
        },
      },
      schemas: schemas(),
      parameters: PARAMETERS,
      headers: HEADERS,
      responses: proxyResponses(),
    },
    // No operation has them: they answer what is not described.
    'x-errors-elsewhere': ERRORS_ELSEWHERE,
  };
}

/** `GET /openapi.json`. Made when it is first asked for, which most servers never are. */
export function serveContract(mountPath: string): RequestHandler {
  let serve: RequestHandler | undefined;
  return (request, response, next) => {
    serve ??= publicFile(Buffer.from(JSON.stringify(contractDocument(mountPath))), 'application/json');
    serve(request, response, next);
  };
}

const DESCRIPTION = `What a backend of the \`<alpaca-connect>\` element answers.

**Who may ask.** A route that a page's script calls wants the header \`X-Alpaca-Connect: 1\` and an origin on the allow-list, judged by \`Sec-Fetch-Site\` and \`Origin\`; otherwise 403. CORS is exact, with credentials, never \`*\`; a preflight is answered 204 to an allowed origin and 403 to any other. The checks come in this order: path, header, origin, route, session.

**Errors** have one shape, \`ErrorAnswer\`, with \`X-Request-ID\` and \`Cache-Control: no-store\`. A path that is not described is a 404 \`not_found\`, another method a 405 \`method_not_allowed\` with \`Allow\`. HEAD goes where GET goes, but for the streams. A request that the HTTP parser refuses gets a bare 400, 408, 413, 417 or 431.

**Cookies** are the session's and one for each attempt, \`__Host-alpaca.attempt.{base64url(SHA-256(state))}\`: \`HttpOnly; Secure; SameSite=Lax; Path=/\`, ten minutes.

**Alpaca's APIs** are passed on from an allow-list; whatever is not listed is a 404 \`operation_not_allowed\`, and nothing reaches Alpaca. Request headers are built anew, answers keep their status and body. No byte of a token is in any answer.`;

function ownPaths(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of describedRoutes)
    paths[route.path] = { ...paths[route.path], [route.method]: own(route) };
  return paths;
}

function own(route: DescribedRoute): Json {
  const { id, what, caller, session = false, parameters = [], body, answers } = route;
  const isScripts = caller === 'script';
  const sent = isScripts ? ['X-Alpaca-Connect', 'Origin', 'Sec-Fetch-Site', ...parameters] : parameters;
  return {
    operationId: id,
    tags: ['connect'],
    summary: sentence(what),
    description: what,
    security: session ? [{ session: [] }, {}] : [],
    ...(sent.length > 0 && { parameters: sent.map((name) => ref('parameters', name)) }),
    ...(body && { requestBody: { required: true, content: jsonContent(ref('schemas', body)) } }),
    responses: responses(
      answers,
      merge(ERRORS_ANYWHERE, isScripts ? ERRORS_OF_SCRIPT_ROUTES : {}, route.errors),
      isScripts,
    ),
  };
}

/** The schemas of the contract, by their names there. */
function schemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(contract)) {
    // What is a part of another one for its keys alone is no body.
    if (schema !== contract.AttemptTerms) registry.add(schema, { id });
  }
  const made = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` }).schemas;
  return Object.fromEntries(Object.entries(made).map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}

function sentence(text: string): string {
  return text.split(/(?<=[.:]) /)[0]?.replace(/[.:]$/, '') ?? '';
}
