import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Whose comments are searched for references. Add `widget`, `server` and `demo` when theirs are clean. */
const SEARCHED = ['test', 'widget', 'server', 'demo'];

const TEXT = /\.(?:[cm]?[jt]sx?|vue|svelte|html|css|md|yaml)$|(?:^|\/)(?:\.env\.example|Dockerfile)$/;
const FOREIGN = /(?:^|\/)(?:node_modules|dist|public|\.git|\.demo)(?:\/|$)/;

const FILES = filesBelow('');
const DOCUMENTS = FILES.filter((path) => /\.md$|\.env\.example$/.test(path));

/** What people here wrote, by its path from the top of the repository. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (FOREIGN.test(path)) return [];
    if (entry.isDirectory()) return filesBelow(path);
    return TEXT.test(path) ? [path] : [];
  });
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** What a heading is linked as. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function anchorsOf(path: string): string[] {
  return (read(path).match(/^#+ .*$/gm) ?? []).map((line) => anchorOf(line.replace(/^#+ /, '')));
}

/** The links of a document to files and headings of the repository that do not exist. */
function brokenLinks(document: string): string[] {
  return [...read(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
}

/** What a text cites that a reader of this repository cannot open. */
function unknownSources(text: string): string[] {
  // The demo's build writes licenses.md.
  const known = new Set([...DOCUMENTS.map((path) => basename(path)), 'licenses.md']);
  const documents = (text.match(/\b[\w-]+\.md\b/g) ?? []).filter((name) => !known.has(name));
  const others =
    text.match(/[(]design\b|\bdesign,? step\b|\b(?:issue|finding) \d+|\bbackend requirement[s]/gi) ?? [];
  return [...documents, ...others];
}

describe('the documents', () => {
  it.each(DOCUMENTS)('%s links to files and headings that exist', (document) => {
    expect(brokenLinks(document)).toEqual([]);
  });

  it('cite nothing that is outside of the repository, and neither do comments', () => {
    const searched = FILES.filter((path) => SEARCHED.includes(path.split('/')[0] ?? ''));
    const cited = [...new Set([...DOCUMENTS, ...searched])].flatMap((path) =>
      unknownSources(read(path)).map((source) => `${path}: ${source}`),
    );
    expect(DOCUMENTS.length).toBeGreaterThan(5);
    expect(searched.length).toBeGreaterThan(200);
    expect(cited).toEqual([]);
  });
});

describe('SECURITY.md', () => {
  const text = read('SECURITY.md');

  it('stays short enough to be read', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10_240);
  });

  it('says how to report, what is protected, from whom, what is left to others, and what is not done', () => {
    expect(anchorsOf('SECURITY.md')).toEqual([
      'security',
      'reporting-a-vulnerability',
      'what-is-protected',
      'from-whom',
      'what-is-left-to-you',
      'what-is-deliberately-not-done',
    ]);
  });

  it('leaves tests, requirements and advisories to test/conformance.md', () => {
    expect(text).toContain('(test/conformance.md)');
    expect(text.match(/\bGHSA-\w+|\bCVE-\d+|\b[OSCPWV]\d{1,2}\b|\.test\.ts\b/g)).toBeNull();
  });

  it('names folders, which survive a tidying, and no single sources', () => {
    const paths = [...text.matchAll(/`((?:server|widget|demo|test)\/[^`]*)`/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(0);
    const wrong = paths.filter(
      (path) => !existsSync(join(ROOT, path)) || !statSync(join(ROOT, path)).isDirectory(),
    );
    expect(wrong).toEqual([]);
  });

  it('says of each attacker what is still open', () => {
    const [, section = ''] = /## From whom\n([\s\S]*?)\n## /.exec(text) ?? [];
    const attackers = section.split(/^- /m).slice(1);
    expect(attackers.length).toBeGreaterThan(8);
    expect(attackers.filter((attacker) => !/\*Still[:,]\*/.test(attacker))).toEqual([]);
  });
});
