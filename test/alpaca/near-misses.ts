import { exampleTarget } from './example-requests.ts';
import { type OperationRow, operationRows } from './operation-rows.ts';

/** Paths of no operation that a careless matcher would take for this one. */
export function nearMisses(row: OperationRow): string[] {
  const pathOf = (path: string) => exampleTarget({ ...row, method: 'any', path }, new Map());
  const target = pathOf(row.path);
  const shorter = unnamed(row.path.slice(0, row.path.lastIndexOf('/')));
  const isListed = operationRows.some(({ path }) => unnamed(path) === shorter);
  return [
    `${target}/`,
    `${target}/~nothing`,
    target.toUpperCase(),
    target.replace('/v', '//v'),
    target.replace(/^\/v\d/, '/v9'),
    `/x${target}`,
    ...[...row.path.matchAll(/\{\w+\}/g)].map(([name]) => pathOf(row.path.replace(name, '~nothing'))),
    ...(row.path.endsWith('}') ? [] : [`${target}x`, `${target}:by_nothing`]),
    ...(isListed ? [] : [target.slice(0, target.lastIndexOf('/'))]),
  ];
}

/** The template without the names of its parameters. */
function unnamed(path: string): string {
  return path.replace(/\{\w+\}/g, '{}');
}
