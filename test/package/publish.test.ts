// What `npm publish` would send: complete, with nothing that nobody can use, and right for every way of resolving modules.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { packedPackage } from './installed-package.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const entries = Object.entries(manifest.exports).flatMap(([name, entry]) =>
  typeof entry === 'string' ? [] : [{ name, ...entry }],
);

let files: string[];
beforeAll(() => {
  const list = execFileSync('tar', ['-tzf', packedPackage()], { encoding: 'utf8' });
  files = list
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
});

describe('the package', () => {
  it('may be published', () => {
    expect(manifest).not.toHaveProperty('private');
    expect(manifest.license).toBe('MIT');
  });

  it('has every file that an entry, the manifest or the server names', () => {
    const named = [...entries.flatMap((entry) => [entry.types, entry.default]), manifest.customElements];
    const served = [
      'connect.js',
      'event-parser.js',
      'launch-page.js',
      'callback-page.js',
      'messages/ar.json',
    ];
    const wanted = [
      ...named.map((path) => path.replace(/^\.\//, '')),
      ...served.map((name) => `server/public/${name}`),
      ...['package.json', 'README.md', 'LICENSE'],
    ];
    expect(wanted.filter((path) => !files.includes(path))).toEqual([]);
  });

  it('has no source, test, secret, map without its source, nor a page of the demo', () => {
    const wrong = files.filter(
      (path) =>
        // The conformance kit is what `bin` runs.
        /(?:^|\/)(?:\.|test\/(?!conformance\/)|data\/)|\.map$|demo-pages|foreign-page|\.test\.js$/.test(
          path,
        ) || /(?<!\.d)\.ts$/.test(path),
    );
    expect(wrong).toEqual([]);
    const maps = files
      .filter((path) => path.endsWith('.js'))
      .filter((path) => readFileSync(join(ROOT, path), 'utf8').includes('\n//# sourceMappingURL='));
    expect(maps).toEqual([]);
  });

  it('has only declarations that an entry leads to', () => {
    const reached = new Set(entries.map(({ types }) => types.replace(/^\.\//, '')));
    for (const path of reached) {
      const text = readFileSync(join(ROOT, path), 'utf8');
      for (const [, target = ''] of text.matchAll(/(?:\bfrom|\bimport\(|^import) ?['"](\.[^'"]+)['"]/gm)) {
        reached.add(join(path, '..', target.replace(/\.[jt]s$/, '.d.ts')));
      }
    }
    const declarations = files.filter((path) => path.endsWith('.d.ts'));
    expect(declarations.filter((path) => !reached.has(path))).toEqual([]);
    expect([...reached].filter((path) => !declarations.includes(path))).toEqual([]);
  });

  it('passes publint', async () => {
    const { messages } = await publint({ pack: { tarball: readFileSync(packedPackage()).buffer } });
    const said = messages.map((message) => formatMessage(message, manifest, { color: false }));
    expect(said).toEqual([]);
  });

  it('resolves, with the right types, for nodenext, bundlers and require() of ES modules', async () => {
    const tarball = createPackageFromTarballData(new Uint8Array(readFileSync(packedPackage())));
    const analysis = await checkPackage(tarball);
    if (!analysis.types) throw new Error('The package has no types.');
    const isPromised = (way: string | undefined) => way !== 'node10';
    const problems = analysis.problems
      .filter((problem) => !('resolutionKind' in problem) || isPromised(problem.resolutionKind))
      // It has ES modules alone. That require() loads them in Node 20.19 and newer is tested beside this file.
      .filter(({ kind }) => kind !== 'CJSResolvesToESM');
    expect(problems).toEqual([]);
    const looked = Object.keys(analysis.entrypoints);
    expect(looked).toEqual(expect.arrayContaining(entries.map(({ name }) => name)));
  });
});

describe('the workflow that publishes', () => {
  const workflow = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8');

  it('begins with a tag, tests, and publishes with provenance', () => {
    expect(workflow).toMatch(/tags: \['v\*'\]/);
    const order = ['npm ci', 'npm test', 'npm publish --provenance'].map((step) => workflow.indexOf(step));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('may read the sources and prove where it runs, and nothing else', () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    const granted = [...workflow.matchAll(/^ {6}([a-z-]+): (read|write)\b/gm)].map(([line]) => line.trim());
    expect(granted).toEqual(['contents: read', 'contents: read', 'id-token: write']);
  });
});
