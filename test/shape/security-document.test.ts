import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');

/** One row of a table: its cells, by the heads of their columns. */
type Row = Record<string, string>;

const ROWS = [...DOCUMENT.matchAll(/(?:^\|.*\n?)+/gm)].flatMap(([table]) => rowsOf(table));
const PROSE = DOCUMENT.replace(/^\|.*$/gm, '');

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

function quoted(text = ''): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inner = '']) => inner);
}

/** A folder, or a file with or without how its name ends. */
function exists(path: string): boolean {
  return ['', '.ts', '.test.ts'].some((ending) => existsSync(join(ROOT, path + ending)));
}

/** The tests that the matrix names, in a column where paths begin below `test/`. */
function testsOfMatrix(): string[] {
  return ROWS.flatMap((row) => quoted(row['Shown by'])).map((path) => `test/${path}`);
}

/** What a heading is linked as. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

describe('SECURITY.md', () => {
  it('names files and tests in its matrix that exist', () => {
    const files = ROWS.flatMap(({ In }) => quoted(In)).map((path) =>
      path.startsWith('widget/') ? path : `server/${path}`,
    );
    expect(files.length).toBeGreaterThan(80);
    expect(testsOfMatrix().length).toBeGreaterThan(120);
    expect([...files, ...testsOfMatrix()].filter((path) => !exists(path))).toEqual([]);
  });

  it('names files elsewhere that exist, by their whole path', () => {
    const cells = ROWS.filter((row) => row['Shown by'] === undefined).flatMap((row) => Object.values(row));
    const paths = quoted([PROSE, ...cells].join('\n')).filter((text) =>
      /^(?:server|widget|test|demo)\/[\w./-]+$/.test(text),
    );
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !exists(path))).toEqual([]);
  });

  it.each([
    ['O', 1, 10],
    ['S', 1, 13],
    ['C', 0, 6],
    ['P', 1, 14],
    ['W', 1, 5],
    ['V', 1, 11],
  ] as const)('has one row for each requirement %s%i to %i', (letter, first, last) => {
    const wanted = Array.from({ length: last - first + 1 }, (_, index) => `${letter}${first + index}`);
    const named = ROWS.map(({ Clause = '' }) => Clause.split(' ')[0] ?? '');
    expect(named.filter((name) => new RegExp(`^${letter}\\d+$`).test(name))).toEqual(wanted);
  });

  it('says of each row how it is met, where, and what shows it', () => {
    const incomplete = ROWS.filter((row) => Object.values(row).some((cell) => cell === ''));
    expect(incomplete).toEqual([]);
  });

  it('names every attack that has a test, and every advisory that a test cites', () => {
    const suites = sourceFiles('test/attacks').filter(({ path }) => path.endsWith('.test.ts'));
    const named = testsOfMatrix();
    const isNamed = (path: string) => named.some((each) => path === `${each}.test.ts`);
    expect(suites.length).toBeGreaterThan(30);
    expect(suites.map(({ path }) => path).filter((path) => !isNamed(path))).toEqual([]);

    const advisories = sourceFiles('test').flatMap(
      ({ text }) => text.match(/\bGHSA(?:-[\da-z]{4}){3}|\bCVE-\d{4}-\d+/g) ?? [],
    );
    expect(advisories.length).toBeGreaterThan(20);
    expect(advisories.filter((id) => !DOCUMENT.includes(id))).toEqual([]);
  });

  it('links to headings that it has', () => {
    const anchors = (DOCUMENT.match(/^#+ .*$/gm) ?? []).map((line) => anchorOf(line.replace(/^#+ /, '')));
    const links = [...DOCUMENT.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((target) => !anchors.includes(target ?? ''))).toEqual([]);
  });
});
