import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settings } from '../../server/config.ts';
import { describedRoutes } from '../../server/openapi/described-routes.ts';
import manifest from '../../server/package.json' with { type: 'json' };
import { sourceFiles } from '../shape/source-files.ts';

const { scripts } = manifest;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'server/README.md'), 'utf8');
const PROSE = README.replace(/```[\s\S]*?```/g, '');

/** What GitHub makes of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** The rows of the table below a heading, each as its cells. */
function tableBelow(heading: string): string[][] {
  const section = README.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\|(.*)\|$/gm)]
    .map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
    .slice(2);
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inner = '']) => inner);
}

describe('server/README.md', () => {
  it('begins with the five files to read first, what to change, and how to run it', () => {
    const headings = [...README.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings.slice(0, 3)).toEqual(['Five files to read first', 'What you change', 'Run it']);
    const files = tableBelow('Five files to read first').map(([file = '']) => /\]\((.*)\)/.exec(file)?.[1]);
    expect(files).toEqual(['config.ts', 'routes.ts', 'connect.ts', 'connections.ts', 'operations.ts']);
  });

  it('names every command of the folder but the one that others run', () => {
    const named = tableBelow('Run it').map(([command = '']) =>
      quoted(command)[0]?.replace(/^npm (?:run )?/, ''),
    );
    expect(named.toSorted()).toEqual(
      Object.keys(scripts)
        .filter((name) => name !== 'prestart')
        .toSorted(),
    );
  });

  it('links to files and headings that exist', () => {
    const links = [...PROSE.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) {
      const [path = '', fragment] = link.split('#');
      const file = path === '' ? 'server/README.md' : join('server', path);
      expect(existsSync(join(ROOT, file)), link).toBe(true);
      if (fragment === undefined) continue;
      const headings = readFileSync(join(ROOT, file), 'utf8').match(/^#+ .*$/gm) ?? [];
      expect(
        headings.map((heading) => anchor(heading.replace(/^#+ /, ''))),
        link,
      ).toContain(fragment);
    }
  });

  it('names files that exist', () => {
    const files = quoted(PROSE).filter((text) => /^[\w./-]+\/[\w./-]+\.\w+$/.test(text));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });

  it('names variables that exist', () => {
    const names = README.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [];
    const known = new Set<string>(Object.values(settings).map(({ variable }) => variable));
    const others = new Set(['SHOP_SECRET', 'SIGN_IN_SECRET', 'SIGN_IN_SECRET_FILE']); // of the examples
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const isKnown = known.has(name) || known.has(name.replace(/_FILE$/, '')) || others.has(name);
      expect(isKnown, name).toBe(true);
    }
  });

  it('lists symptoms that this server or its button really shows', () => {
    const sources = sourceFiles('server', 'widget').map(({ text }) =>
      text.replace(/\$\{(?:provider\.)?name\}|\{provider\}/g, 'Alpaca'),
    );
    const rows = tableBelow('When something is wrong');
    expect(rows.length).toBeGreaterThanOrEqual(12);
    for (const [symptom = '', cause, remedy, ...rest] of rows) {
      expect(Boolean(cause) && Boolean(remedy) && rest.length === 0, symptom).toBe(true);
      expect(quoted(symptom).length, symptom).toBeGreaterThan(0);
      for (const said of quoted(symptom)) {
        expect(
          sources.some((text) => text.includes(said)),
          said,
        ).toBe(true);
      }
    }
  });

  it('names every route that the contract describes, and no other but those of the proxy', () => {
    const rows = tableBelow('The routes').filter(([methods]) => methods !== 'any');
    const named = rows.flatMap(([methods = '', paths = '']) =>
      quoted(paths).flatMap((path) => methods.split(', ').map((method) => `${method} ${path}`)),
    );
    const described = describedRoutes.flatMap(({ method, path }) => {
      const template = path.replace('{file}', ':language.json').replace(/\{(\w+)\}/g, ':$1');
      const paths = template.startsWith('/:environment') ? ['/paper/stream', '/live/stream'] : [template];
      return paths.map((each) => `${method.toUpperCase()} ${each}`);
    });
    expect(named.toSorted()).toEqual(described.toSorted());
  });

  it('names every event that the server reports, and no other', () => {
    const source = readFileSync(new URL('../../server/http/log.ts', import.meta.url), 'utf8');
    const union = /type EventName =([^;]+);/.exec(source)?.[1] ?? '';
    const reported = [...union.matchAll(/'(\w+)'/g)].map(([, name]) => name);
    const section = README.split('## What it reports\n')[1]?.split('\n## ')[0] ?? '';
    const cells = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((row) => row.split('|')[1]);
    const named = [...cells.join().matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(reported.toSorted());
    expect(named.length).toBeGreaterThan(10);
  });
});
