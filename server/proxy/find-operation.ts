import type { Api, Environment } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import { compileOperations, type Operation } from './match-operation.ts';
import { operations } from './operations.ts';

/**
 * Finds what a request may do, default deny.
 *
 * @throws PublicError 404 `operation_not_allowed`, 405 `method_not_allowed`
 */
export type FindOperation = (api: Api, method: string, path: string) => Operation;

/** Express and Node hand on whatever method a client makes up, TRACE included (backend.md P5). */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Prepares the table of operations for the environments on offer and the operations that were opened by name. */
export function operationFinder(
  environments: readonly Environment[],
  allow: readonly string[],
): FindOperation {
  const matchOperation = compileOperations(operations, allow);

  return function findOperation(api, method, path) {
    if (!METHODS.has(method)) throw methodNotAllowed([...METHODS].join(', '));
    if (api !== 'data') assertOffered(api, environments);
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
export function assertOffered(environment: Environment, environments: readonly Environment[]): void {
  if (environments.includes(environment)) return;
  throw notAllowed(
    `This server does not offer the ${environment} environment. Its owner can add it to ALPACA_ENVIRONMENTS.`,
  );
}

function notAllowed(message: string): PublicError {
  return new PublicError(404, 'operation_not_allowed', message);
}

/** 405, with the methods that the path takes. */
export function methodNotAllowed(allow: string): PublicError {
  const message = `This path does not take that method. It takes ${allow}.`;
  return new PublicError(405, 'method_not_allowed', message, { headers: { Allow: allow } });
}
