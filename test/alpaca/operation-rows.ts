import { readFileSync } from 'node:fs';

/** A row of `operations.tsv`. */
export interface OperationRow {
  api: 'trading' | 'data';
  method: string;
  /** With parameters in braces. */
  path: string;
  scope: 'none' | 'data' | 'trading' | 'account:write' | 'undocumented';
}

/** Every operation that Alpaca's documents list. */
export const operationRows: readonly OperationRow[] = readFileSync(
  new URL('operations.tsv', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [api, method, path, scope] = line.split('\t');
    return { api, method, path, scope } as OperationRow;
  });
