// The commands that documents name, in lines of text, tables and blocks: what they call exists, with the options that they are given.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import top from '../../package.json' with { type: 'json' };
import server from '../../server/package.json' with { type: 'json' };
import { documents, readDocument, snippet } from '../documents.ts';
import { sourceFiles } from './source-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Command {
  document: string;
  /** Of a script, by its name, or of a file. */
  script?: string;
  file?: string;
  /** What stands behind it. */
  rest: string;
  /** Whether the text around it says that it is one of the repository's, and not of server/ by itself. */
  ofRepository: boolean;
}

/** The commands of a document, section by section. */
function commandsOf(document: string): Command[] {
  return readDocument(document)
    .split(/^#+ /m)
    .flatMap((section) => {
      const ofRepository = !document.startsWith('server/') || /repository/.test(section);
      const scripts = section.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)([^`\n&#|]*)/g);
      const files = section.matchAll(/\bnode --import tsx (\S+?\.ts)\b([^`\n&#|]*)/g);
      return [
        ...[...scripts].map(([, named, short, rest = '']) => ({ script: named ?? short ?? '', rest })),
        ...[...files].map(([, file = '', rest = '']) => ({ file, rest })),
      ].map((command) => ({ document, ofRepository, ...command }));
    });
}

const COMMANDS = documents().flatMap(commandsOf);

/** What a script of package.json runs: `node --import tsx demo/main.ts --build`. */
function scriptOf({ script = '', document, ofRepository }: Command): string | undefined {
  const own: Record<string, string> = document.startsWith('server/') ? server.scripts : top.scripts;
  const all: Record<string, string> = ofRepository ? { ...top.scripts, ...own } : own;
  return all[script];
}

/** The source behind a command, where it is one file. */
function sourceOf(command: Command): string | undefined {
  const [, file] = /--import tsx (\S+\.ts)/.exec(scriptOf(command) ?? '') ?? [];
  return command.file ?? file;
}

const say = ({ document, script, file, rest }: Command) => `${document}: ${script ?? file}${rest}`;

describe('the commands of the documents', () => {
  it('run scripts of the package.json that they are about', () => {
    const runs = COMMANDS.filter(({ script }) => script !== undefined);
    expect(runs.length).toBeGreaterThan(40);
    const benchmarks = runs.filter(({ document }) => document === 'test/bench/README.md');
    expect(benchmarks.map(({ script }) => script)).toEqual(expect.arrayContaining(['bench', 'build']));
    expect(runs.filter((command) => scriptOf(command) === undefined).map(say)).toEqual([]);
  });

  it('run files that exist', () => {
    const runs = COMMANDS.filter(({ file }) => file !== undefined);
    expect(runs.length).toBeGreaterThan(5);
    expect(runs.filter(({ file = '' }) => !existsSync(join(ROOT, file))).map(say)).toEqual([]);
  });

  it('give options that what they run knows', () => {
    const given = COMMANDS.flatMap((command) =>
      [...command.rest.matchAll(/ --([a-z][\w-]*)/g)].map(([, option = '']) => ({ command, option })),
    );
    expect(given.length).toBeGreaterThan(4);
    const unknown = given.filter(({ command, option }) => {
      const source = sourceOf(command);
      if (source === undefined) return true;
      return !new RegExp(`'--${option}'|\\b${option}: \\{`).test(readFileSync(join(ROOT, source), 'utf8'));
    });
    expect(unknown.map(({ command }) => say(command))).toEqual([]);
  });

  it('set variables that something here reads', () => {
    const set = documents().flatMap((path) => [
      ...readDocument(path).matchAll(/^([A-Z][A-Z_]+)=\S+ (?:npm|node) /gm),
    ]);
    const names = [...new Set(set.map(([, name = '']) => name))];
    expect(names).toContain('CPU_PROFILE');
    const sources = sourceFiles('test', 'server', 'demo').map(({ text }) => text);
    expect(names.filter((name) => !sources.some((text) => text.includes(`'${name}'`)))).toEqual([]);
  });

  it('run by npx what this package or one of its tools brings', () => {
    const named = documents().flatMap((path) => [...readDocument(path).matchAll(/\bnpx ([\w-]+)/g)]);
    const names = [...new Set(named.map(([, name = '']) => name))];
    expect(names).toContain('connect-with-alpaca');
    const known = [...Object.keys(top.bin), ...Object.keys(top.devDependencies)];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('README.md', () => {
  it('names the folders of the repository', () => {
    const tree = snippet('README.md', 'widget/   what runs').trim().split('\n');
    const folders = tree.map((line) => line.split(' ', 1)[0] ?? '');
    expect(folders).toEqual(['widget/', 'server/', 'demo/', 'test/']);
    expect(folders.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
  });
});
