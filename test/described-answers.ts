import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {
  ERRORS_ANYWHERE,
  ERRORS_ELSEWHERE,
  ERRORS_OF_PROXY,
  ERRORS_OF_SCRIPT_ROUTES,
} from '../server/openapi/described-routes.ts';
import { contractDocument } from '../server/openapi/document.ts';

/** An answer of the server, as it left. */
export interface SeenAnswer {
  method: string;
  /** The raw target of the request. */
  target: string;
  status: number;
  /** By lower-case names. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: Buffer;
}

interface Described {
  headers?: Record<string, { $ref?: string; required?: boolean; schema?: unknown }>;
  content?: Record<string, { schema?: unknown }>;
  $ref?: string;
}
type Operations = Record<string, { responses: Record<string, Described>; tags: string[] } | undefined>;

const DOCUMENT = closed(contractDocument() as object) as {
  paths: Record<string, Operations>;
  components: Record<string, Record<string, Described>>;
};
const MOUNT = '/alpaca';

/** Literal segments first, as OpenAPI matches paths. */
const PATHS = Object.entries(DOCUMENT.paths)
  .map(([template, operations]) => ({
    operations,
    template,
    pattern: new RegExp(
      `^${template
        .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
        .replaceAll('{environment}', '(?:paper|live)')
        .replace(/\{\w+\}/g, '[^/]+')}$`,
    ),
  }))
  .sort((one, other) => one.template.split('{').length - other.template.split('{').length);

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema(DOCUMENT, 'contract');
const validators = new Map<unknown, ValidateFunction>();

/** What was seen that the contract does not describe, since it was last taken. */
const violations: string[] = [];

/** Takes what was seen that the contract does not describe: one sentence for each answer. */
export function takeViolations(): string[] {
  return violations.splice(0);
}

/**
 * Compares every answer of a server below the mount path with the contract. Call it before the app gets the requests.
 * @param isForeign Whether somebody else than our server gave an answer.
 */
export function watchAnswers(
  server: Pick<Server, 'prependListener'>,
  isForeign: (answer: SeenAnswer) => boolean = () => false,
): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const target = request.url ?? '';
    if (!target.startsWith(`${MOUNT}/`)) return;
    record(response, ({ status, headers, body }) => {
      const answer = { method: request.method ?? '', target, status, headers, body };
      for (const what of isForeign(answer) ? [] : undescribed(answer)) {
        violations.push(`${answer.method} ${target.slice(0, 200)} ${status}: ${what}`);
      }
    });
  });
}

/** What of an answer the contract does not describe. */
export function undescribed(answer: SeenAnswer): string[] {
  const { method, target, status } = answer;
  // A fragment is no part of a request's target, but may be sent: Express cuts it off, too.
  const path = target.split(/[?#]/, 1)[0]?.slice(MOUNT.length) ?? '';
  const found = PATHS.find(({ pattern }) => pattern.test(path));
  if (method === 'OPTIONS' && (status === 204 || (status === 403 && answer.body.length === 0))) return [];
  const operation = found?.operations[method === 'HEAD' ? 'get' : method.toLowerCase()];
  if (operation === undefined) return undescribedElsewhere(answer);
  const response = operation.responses[status] ?? operation.responses['default'];
  if (response === undefined) return [`the status is not described${quoted(answer)}`];
  const described = response.$ref ? (resolve(response.$ref) as Described) : response;
  return [
    ...headerProblems(answer, described),
    ...(method === 'HEAD' ? [] : bodyProblems(answer, described, operation.tags.includes('alpaca'))),
    ...cookieProblems(answer, described),
  ];
}

/** Another method, or no route: an error body all the same, with one of the codes that come before a route is found. */
function undescribedElsewhere(answer: SeenAnswer): string[] {
  if (answer.method === 'HEAD') return [];
  const codes = [ERRORS_ANYWHERE, ERRORS_OF_SCRIPT_ROUTES, ERRORS_ELSEWHERE, ERRORS_OF_PROXY].flatMap(
    (errors) => errors[answer.status] ?? [],
  );
  const error = errorOf(answer);
  if (!codes.includes(error?.code as never)) return [`no error that may come here${quoted(answer)}`];
  return validate('contract#/components/schemas/ErrorAnswer', error);
}

function headerProblems({ headers }: SeenAnswer, { headers: described = {} }: Described): string[] {
  const problems = Object.entries(described).flatMap(([name, each]) => {
    const header = each.$ref ? (resolve(each.$ref) as typeof each) : each;
    const [value] = headers.get(name.toLowerCase()) ?? [];
    if (value === undefined) return header.required ? [`${name} is missing`] : [];
    const expected = (header.schema as { const?: unknown }).const;
    return expected === undefined || expected === value ? [] : [`${name} is ${value}`];
  });
  const [origin] = headers.get('access-control-allow-origin') ?? [];
  const isForAnybody = described['Access-Control-Allow-Origin']?.required === true;
  if (origin === '*' && !isForAnybody) problems.push('it may be read by any site');
  return problems;
}

function bodyProblems(answer: SeenAnswer, { content }: Described, isProxied: boolean): string[] {
  const type = answer.headers.get('content-type')?.[0]?.split(';')[0] ?? '';
  const error = errorOf(answer);
  // Whatever Alpaca says passes. An error of the server's own is known by the id that it repeats.
  const isOwn = error !== undefined && error.requestId === answer.headers.get('x-request-id')?.[0];
  if (isProxied) {
    if (!isOwn) return [];
    const own = content?.['application/json']?.schema as { anyOf?: unknown[] } | undefined;
    return own?.anyOf ? validate(own.anyOf[0], error) : ['an error whose status is not described'];
  }
  if (content === undefined) return answer.body.length === 0 ? [] : [`a body${quoted(answer)}`];
  if (answer.body.length === 0 && content['text/html'] === undefined && answer.status === 503) return [];
  const described = content[type];
  if (described === undefined) return [`the type ${type} is not described${quoted(answer)}`];
  return type === 'application/json' ? validate(described.schema, parse(contentOf(answer))) : [];
}

const OWN_COOKIE = /^(?:__Host-)?alpaca\.(?:sid|attempt\.[\w-]{43})=/;

function cookieProblems({ headers }: SeenAnswer, { headers: described = {} }: Described): string[] {
  const cookies = (headers.get('set-cookie') ?? []).filter((line) => /alpaca/i.test(line));
  if (cookies.length > 0 && !('Set-Cookie' in described)) return ['a cookie that is not described'];
  return cookies
    .filter(
      (line) =>
        !OWN_COOKIE.test(line) ||
        !/; HttpOnly/i.test(line) ||
        !/; Path=\/(?:;|$)/i.test(line) ||
        !/; SameSite=/i.test(line) ||
        /; Domain=/i.test(line),
    )
    .map((line) => `the cookie ${line.replace(/=[^;]*/, '=…')}`);
}

function validate(schema: unknown, value: unknown): string[] {
  let check = validators.get(schema);
  if (check === undefined) {
    const located = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/')) as object | string;
    check = ajv.compile(typeof located === 'string' ? { $ref: located } : located);
    validators.set(schema, check);
  }
  return check(value) ? [] : [ajv.errorsText(check.errors).slice(0, 300)];
}

function errorOf({ body }: SeenAnswer): { code?: unknown; requestId?: unknown } | undefined {
  const value = parse(body);
  return typeof value === 'object' && value !== null && 'requestId' in value ? value : undefined;
}

/** The widget's files are compressed for browsers that take it. */
function contentOf({ headers, body }: SeenAnswer): Buffer {
  return headers.get('content-encoding')?.[0] === 'br' ? brotliDecompressSync(body) : body;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function quoted({ body }: SeenAnswer): string {
  const text = body.toString().slice(0, 100);
  return text === '' ? '' : `: ${text}`;
}

function resolve(reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], DOCUMENT);
}

/**
 * The document with its schemas closed. A backend may answer more than the contract says; this server may not, so that no new
 * field is forgotten, and no secret slips in.
 */
function closed(document: object): unknown {
  const { schemas } = (document as { components: { schemas: object } }).components;
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close);
    if (typeof value !== 'object' || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, close(inner)]));
    return 'properties' in copy && !('additionalProperties' in copy)
      ? { ...copy, additionalProperties: false }
      : copy;
  };
  const copy = structuredClone(document) as { components: { schemas: unknown } };
  copy.components.schemas = close(schemas);
  return copy;
}

/** What is kept of a body: error bodies and answers of the contract are shorter. */
const MOST = 65_536;

/** Tells what an answer was once all of it was written. One that was cut off is none. */
function record(
  response: ServerResponse,
  done: (answer: Omit<SeenAnswer, 'method' | 'target'>) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let given: unknown;
  const keep = (chunk: unknown, encoding: unknown) => {
    if (size > MOST || (typeof chunk !== 'string' && !(chunk instanceof Uint8Array))) return;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, asEncoding(encoding)) : Buffer.from(chunk);
    size += bytes.length;
    chunks.push(bytes);
  };
  const { writeHead, write, end } = response;
  response.writeHead = function (this: ServerResponse, ...parts: unknown[]) {
    given = parts.find((part) => typeof part === 'object');
    return writeHead.apply(this, parts as never);
  } as never;
  response.write = function (this: ServerResponse, ...parts: unknown[]) {
    keep(parts[0], parts[1]);
    return write.apply(this, parts as never);
  } as never;
  response.end = function (this: ServerResponse, ...parts: unknown[]) {
    keep(parts[0], parts[1]);
    return end.apply(this, parts as never);
  } as never;
  response.on('finish', () => {
    const headers = new Map<string, string[]>();
    for (const [name, value] of [...Object.entries(response.getHeaders()), ...pairs(given)]) {
      headers.set(name.toLowerCase(), [value ?? ''].flat().map(String));
    }
    done({ status: response.statusCode, headers, body: Buffer.concat(chunks) });
  });
}

function asEncoding(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}

function pairs(headers: unknown): [string, unknown][] {
  return typeof headers === 'object' && headers !== null && !Array.isArray(headers)
    ? Object.entries(headers)
    : [];
}
