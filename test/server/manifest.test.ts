// server/ stands alone: its package.json names what its sources import, and its documents link to nothing outside of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import top from '../../package.json' with { type: 'json' };
import own from '../../server/package.json' with { type: 'json' };
import { sourceFiles } from '../shape/source-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const listed = { ...own.dependencies, ...own.devDependencies };

describe('server/package.json', () => {
  it('asks for the versions that the project is tested with', () => {
    expect({ ...top.dependencies, ...top.devDependencies }).toMatchObject(listed);
  });

  it('names every package that the sources import, and no dependency that they do not', () => {
    const sources = sourceFiles('server').filter(({ path }) => !path.startsWith('server/dist/'));
    const packages = sources
      .flatMap(({ packages, text }) => [...packages, ...required(text)])
      .filter((name) => !name.startsWith('node:'))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    expect([...new Set(packages)].toSorted()).toEqual(Object.keys(own.dependencies).toSorted());
  });
});

/** What a source loads without importing it. */
function required(text: string): string[] {
  return [...text.matchAll(/createRequire\([^)]*\)\('([^']+)'\)/g)].map(([, name = '']) => name);
}

describe.each(['README.md', 'DEPLOY.md'])('server/%s', (file) => {
  it('links to nothing outside of the folder, where a copy has nothing', () => {
    const text = readFileSync(join(ROOT, 'server', file), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target);
    const links = targets.filter((target) => !/^https:/.test(target)).map((target) => join('server', target));
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((target) => !target.startsWith('server/'))).toEqual([]);
  });
});
