import type { Api, Environment } from '../contract.ts';
import { methodNotAllowed, PublicError } from '../http/errors.ts';
import {
  type OperationHeader,
  type OperationRow,
  type OperationScope,
  operations,
  pathParameters,
  type UpstreamApi,
} from '../operations.ts';

/** One operation that the proxy may perform. */
interface Operation {
  api: UpstreamApi;
  /** The path template. Safe to log: it names no person, order or account. */
  path: string;
  scope: OperationScope;
  /** Whether the answer is a never-ending event stream. */
  events: boolean;
  /** The headers of the page that it takes. */
  headers: readonly OperationHeader[];
  /** Whether it must be refused, because its scope is undocumented and nobody opened it by name. */
  closed: boolean;
}

/**
 * Finds what a request may do, default deny.
 *
 * @throws PublicError 404 `operation_not_allowed`, 405 `method_not_allowed`
 */
type FindOperation = (api: Api, method: string, path: string) => Operation;

/** Express and Node pass on whatever method a client sends, TRACE included. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Prepares the table of operations for the environments on offer and the operations that were opened by name. */
export function operationFinder(
  environments: readonly Environment[],
  allow: readonly string[],
): FindOperation {
  const matchOperation = compileOperations(operations, allow);

  return function findOperation(api, method, path) {
    if (!METHODS.has(method)) throw methodNotAllowed([...METHODS].join(', '));
    if (api !== 'data') assertEnvironmentOffered(api, environments);
    const match = matchOperation(api === 'data' ? 'data' : 'trading', method, path);
    if (match === undefined) {
      throw notAllowed(
        'This is no operation that the server passes on. Compare the path with the API reference of Alpaca.',
      );
    }
    if ('allow' in match) throw methodNotAllowed(match.allow);
    if (match.closed) {
      throw notAllowed(
        'This operation is closed by default. The owner of the server can open it in ALPACA_ALLOW.',
      );
    }
    return match;
  };
}

/** @throws PublicError 404 `operation_not_allowed` for an environment that this server does not offer */
export function assertEnvironmentOffered(
  environment: Environment,
  environments: readonly Environment[],
): void {
  if (environments.includes(environment)) return;
  throw notAllowed(
    `This server does not offer the ${environment} environment. Its owner can add it to ALPACA_ENVIRONMENTS.`,
  );
}

function notAllowed(message: string): PublicError {
  return new PublicError(404, 'operation_not_allowed', message);
}

/** The path exists, but not for this method. */
interface MethodMismatch {
  /** Value of the `Allow` header (RFC 9110 section 10.2.1). */
  allow: string;
}

/** Finds the operation of a raw path below an API. `undefined` means that there is none. */
type OperationMatcher = (
  api: UpstreamApi,
  method: string,
  path: string,
) => Operation | MethodMismatch | undefined;

/** One position in the tree of path segments. It holds maps, in which `__proto__` is a key like any other. */
interface Branch {
  literals: Map<string, Branch>;
  parameters: { name: string; pattern: RegExp; branch: Branch }[];
  methods: Map<string, Operation>;
  mismatch: MethodMismatch | undefined;
}

/**
 * Compiles the table into a matcher. Operations of undocumented scope come out closed unless `allow` names them,
 * written as `POST /v1/locates`.
 *
 * @throws TypeError for a name in `allow` that is not in the table, and for a path parameter without a pattern
 */
export function compileOperations(rows: readonly OperationRow[], allow: readonly string[]): OperationMatcher {
  const opened = new Set(allow);
  const roots = new Map<UpstreamApi, Branch>([
    ['trading', emptyBranch()],
    ['data', emptyBranch()],
  ]);
  for (const row of rows) {
    const [api, method, path, scope] = row;
    const named = opened.delete(`${method} ${path}`);
    insert(roots.get(api) as Branch, row, scope === 'undocumented' && !named);
  }
  if (opened.size > 0) {
    throw new TypeError(
      `ALPACA_ALLOW names no operation of the table: ${[...opened].join(', ')}. Write them as "POST /v1/locates".`,
    );
  }

  return function matchOperation(api, method, path) {
    const segments = path.split('/');
    // What stands before the first slash, such as a port, would go unread.
    if (segments[0] !== '') return undefined;
    const branch = find(roots.get(api) as Branch, segments, 1);
    return branch && (branch.methods.get(method) ?? branch.mismatch);
  };
}

function insert(root: Branch, [api, method, path, scope, ...more]: OperationRow, closed: boolean): void {
  let branch = root;
  for (const segment of path.split('/').slice(1)) branch = child(branch, segment);
  const headers = more.filter((name) => name !== 'events');
  const operation: Operation = { api, path, scope, events: more.includes('events'), headers, closed };
  branch.methods.set(method, operation);
  if (method === 'GET') branch.methods.set('HEAD', operation);
  const open = [...branch.methods].filter(([, { closed }]) => !closed).map(([name]) => name);
  branch.mismatch = open.length > 0 ? { allow: open.join(', ') } : undefined;
}

function child({ literals, parameters }: Branch, segment: string): Branch {
  const name = /^\{(\w+)\}$/.exec(segment)?.[1];
  const known = name
    ? parameters.find((parameter) => parameter.name === name)?.branch
    : literals.get(segment);
  if (known) return known;
  const branch = emptyBranch();
  if (name === undefined) {
    literals.set(segment, branch);
    return branch;
  }
  const pattern = pathParameters.get(name);
  if (!pattern)
    throw new TypeError(`{${name}} has no pattern. Add one to pathParameters in server/operations.ts.`);
  parameters.push({ name, pattern, branch });
  return branch;
}

/** Literal segments win over parameters, as in `/v1/locates/quotes` against `/v1/locates/{locate_id}`. */
function find(branch: Branch, segments: readonly string[], depth: number): Branch | undefined {
  const segment = segments[depth];
  if (segment === undefined) return branch.methods.size > 0 ? branch : undefined;
  const literal = branch.literals.get(segment);
  const found = literal && find(literal, segments, depth + 1);
  if (found) return found;
  for (const parameter of branch.parameters) {
    if (!parameter.pattern.test(segment)) continue;
    const below = find(parameter.branch, segments, depth + 1);
    if (below) return below;
  }
  return undefined;
}

function emptyBranch(): Branch {
  return { literals: new Map(), parameters: [], methods: new Map(), mismatch: undefined };
}
