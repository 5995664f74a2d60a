import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, 'test/conformance.md'), 'utf8');

/** One row of a table: its cells, by the heads of their columns. */
type Row = Record<string, string>;

const ROWS = [...DOCUMENT.matchAll(/(?:^\|.*\n?)+/gm)].flatMap(([table]) => rowsOf(table));
const FILES = sourceFiles('test');
const TESTS = FILES.map(({ path }) => path).filter((path) => path.endsWith('.test.ts'));

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

/** The names of tests in the column "Shown by". */
function namesOf(row: Row): string[] {
  return [...(row['Shown by'] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** The test files that a name stands for: `drain`, or `faults/drain` with the folder of `test/` that it is in. */
function filesOf(name: string): string[] {
  const [file = '', folder] = name.split('/').reverse();
  const below = folder === undefined ? 'test/' : `test/${folder}/`;
  return TESTS.filter((path) => path.startsWith(below) && basename(path) === `${file}.test.ts`);
}

describe('test/conformance.md', () => {
  it('names tests that exist, each by a name that only one file has', () => {
    const names = [...new Set(ROWS.flatMap(namesOf))];
    expect(names.length).toBeGreaterThan(100);
    const wrong = names
      .map((name) => ({ name, files: filesOf(name) }))
      .filter(({ files }) => files.length !== 1);
    expect(wrong).toEqual([]);
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
    const rows = ROWS.filter(({ Clause = '' }) => new RegExp(`^${letter}\\d+$`).test(Clause));
    expect(rows.map(({ Clause }) => Clause)).toEqual(wanted);
    expect(rows.filter(({ Required }) => Required === undefined)).toEqual([]);
  });

  it('fills every cell, and leaves a row without a test only where there is nothing to test', () => {
    expect(ROWS.filter((row) => Object.values(row).some((cell) => cell === ''))).toEqual([]);
    const untested = ROWS.filter((row) => row['Shown by'] !== undefined && namesOf(row).length === 0);
    expect(untested.map(({ Clause }) => Clause)).toEqual(['S12', 'S13']);
  });

  it('names every attack that has a test', () => {
    const named = new Set(ROWS.flatMap(namesOf).flatMap(filesOf));
    const attacks = TESTS.filter((path) => path.startsWith('test/attacks/'));
    expect(attacks.length).toBeGreaterThan(30);
    expect(attacks.filter((path) => !named.has(path))).toEqual([]);
  });

  it('lists every advisory that a test cites', () => {
    const cited = FILES.flatMap(({ text }) => text.match(/\bGHSA(?:-[\da-z]{4}){3}|\bCVE-\d{4}-\d+/g) ?? []);
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter((id) => !DOCUMENT.includes(id))).toEqual([]);
  });

  it('gives commands whose scripts exist', () => {
    const scripts = [...DOCUMENT.matchAll(/`node --import tsx (\S+?\.ts)\b/g)].map(([, script]) => script);
    expect(scripts.length).toBeGreaterThan(2);
    expect(scripts.filter((script) => !FILES.some(({ path }) => path === script))).toEqual([]);
  });
});
