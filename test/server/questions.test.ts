import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type OperationScope, operations } from '../../server/operations.ts';

const text = readFileSync(new URL('../../server/QUESTIONS.md', import.meta.url), 'utf8');

const GRANTED: readonly (readonly [OperationScope, string])[] = [
  ['none', 'nothing'],
  ['data', '`data`'],
  ['trading', '`trading`'],
  ['account:write', '`account:write`'],
  ['undocumented', 'none that Alpaca documents: closed until `ALPACA_ALLOW` names them'],
];

/** What an operation is about: the first word of its path behind the version. */
function subjectOf(path: string): string {
  return /^\/v\w+\/(\w+(?:-\w+)*)/.exec(path)?.[1]?.replaceAll(/[_-]/g, ' ') ?? path;
}

/** The table as operations.ts makes it. */
function tableOf(): string {
  const rows = GRANTED.map(([scope, granted]) => {
    const subjects = operations
      .filter(([, , , needed]) => needed === scope)
      .map(([, , path]) => subjectOf(path));
    const counted = [...new Set(subjects)].map(
      (subject) => `${subject} ${subjects.filter((one) => one === subject).length}`,
    );
    return `| ${granted} | ${subjects.length} | ${counted.join(', ')} |`;
  });
  return ['| Granted | Operations | About |', '| --- | --: | --- |', ...rows].join('\n');
}

it('server/QUESTIONS.md has the operations of operations.ts in its table', () => {
  const [, shown] =
    /<!-- operations: made from operations\.ts -->\s+([\s\S]*?)\s+<!-- \/operations -->/.exec(text) ?? [];
  expect(shown).toBe(tableOf());
});

it('server/QUESTIONS.md names a source that it has, and has none that it does not name', () => {
  const [body = '', list = ''] = text.split('\n## Sources\n');
  const named = new Set([...body.matchAll(/\[(\d+)\](?!\()/g)].map(([, number]) => Number(number)));
  const listed = [...list.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
  expect([...named].sort()).toEqual(listed);
});
