import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
/** The requirements, by the first and the last number of each letter. */
const REQUIREMENTS = { O: [1, 10], S: [1, 13], C: [0, 6], P: [1, 14], W: [1, 5], V: [1, 11] };

/** One row of a table: its cells, by the heads of their columns. */
type Row = Record<string, string>;

function rowsOf(table: string): Row[] {
  const [heads = [], , ...rows] = table.trim().split('\n').map(cellsOf);
  return rows.map((cells) => Object.fromEntries(heads.map((head, index) => [head, cells[index] ?? ''])));
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

const ROWS = [...DOCUMENT.matchAll(/(?:^\|.*\n?)+/gm)].flatMap(([table]) => rowsOf(table));

function quoted(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inner = '']) => inner);
}

/** A file, with or without how its name ends, or a folder. */
function exists(path: string): boolean {
  return ['', '.ts', '.test.ts'].some((ending) => existsSync(join(ROOT, path + ending)));
}

/** In these columns paths are written from a folder on, as the document says. */
const implementations = ROWS.flatMap(({ In }) => quoted(In)).map((path) =>
  path.startsWith('widget/') ? path : `server/${path}`,
);
const tests = ROWS.flatMap((row) => quoted(row['Shown by'])).map((path) => `test/${path}`);

describe('SECURITY.md', () => {
  it('names files that exist', () => {
    const whole = quoted(DOCUMENT).filter((text) => /^(?:server|widget|test|demo)\/[\w./-]+$/.test(text));
    expect(whole.length).toBeGreaterThan(20);
    expect(whole.filter((path) => !exists(path) && !exists(`test/${path}`))).toEqual([]);
    expect(implementations.length).toBeGreaterThan(100);
    expect(tests.length).toBeGreaterThan(150);
    expect([...implementations, ...tests].filter((path) => !exists(path))).toEqual([]);
  });

  it('has a row for every requirement', () => {
    const rows = DOCUMENT.split('\n').filter((line) => line.startsWith('| '));
    for (const [letter, [first = 0, last = 0]] of Object.entries(REQUIREMENTS)) {
      for (let number = first; number <= last; number += 1) {
        const named = new RegExp(`^\\| [^|]*\\b${letter}${number}\\b`);
        expect(
          rows.some((row) => named.test(row)),
          `${letter}${number}`,
        ).toBe(true);
      }
    }
  });

  it('names every test of an advisory', () => {
    const files = readdirSync(join(ROOT, 'test/attacks/advisories')).filter((name) =>
      name.endsWith('.test.ts'),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files)
      expect(DOCUMENT).toContain(`attacks/advisories/${file.replace('.test.ts', '')}`);
  });
});
