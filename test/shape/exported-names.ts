import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { type SourceFile, sourceFiles } from './source-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `export const name`, `export async function name`, `export class Name`, `export interface Name` and the like. */
const DECLARED =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;

/** `export { name, other as name };` without a source. */
const LISTED = /^export (?:type )?\{([^}]*)\};?$/gm;

/** `import …` and `export … from` of a file of ours, in TypeScript, JavaScript and the components of the frameworks. */
const IMPORTED = /\b(?:import|export)\s+(?:type\s+)?([^'";]*?)\s+from\s+'(\.[^']+)'/g;

/** `const { a, b } = await import('./file.ts')`, and `import('./file.ts').Name` in a type. */
const DESTRUCTURED = /\{([^{}]*)\}\s*=\s*await import\(\s*'(\.[^']+)'/g;
const NAMED_IN_TYPE = /import\('(\.[^']+)'\)\.(\w+)/g;

/** Any `import('./file.ts')`: where it is not destructured, all of the file counts as used. */
const DYNAMIC = /import\(\s*'(\.[^']+)'/g;

/**
 * The exports below some folders that no other file imports, tests included, and that no entry of the package gives to
 * others: each as `server/http/log.ts: describeError`. Such a name is a promise to nobody, and should not be exported.
 */
export function unusedExports(...folders: string[]): string[] {
  const used = usedNames();
  const entries = entryFiles();
  return sourceFiles('server', 'widget', 'demo')
    .filter(({ path }) => folders.some((folder) => path.startsWith(folder)) && !entries.has(path))
    .flatMap(({ path, text }) =>
      exportedNames(text)
        .filter((name) => !used.has(`${path}#${name}`) && !used.has(`${path}#*`))
        .map((name) => `${path}: ${name}`),
    );
}

function exportedNames(text: string): string[] {
  const declared = [...text.matchAll(DECLARED)].map(([, name = '']) => name);
  const listed = [...text.matchAll(LISTED)].flatMap(([, names = '']) => names.split(','));
  const outside = listed.map(
    (name) =>
      name
        .trim()
        .split(/^type\s+|\s+as\s+/)
        .at(-1) ?? '',
  );
  return [...declared, ...outside].filter((name) => name !== '');
}

/** Every `file#name` that some other file takes; `file#*` where one takes all of it. */
function usedNames(): Set<string> {
  const used = new Set<string>();
  for (const { path, text } of importingFiles()) {
    const use = (target: string, name: string) => {
      used.add(`${posix.normalize(posix.join(posix.dirname(path), target))}#${name}`);
    };
    for (const [, names = '', target = ''] of text.matchAll(IMPORTED)) {
      if (names.includes('*')) use(target, '*');
      for (const name of listed(names)) use(target, name);
    }
    for (const [, names = '', target = ''] of text.matchAll(DESTRUCTURED)) {
      for (const name of listed(names)) use(target, name);
    }
    for (const [, target = '', name = ''] of text.matchAll(NAMED_IN_TYPE)) use(target, name);
    const named = [...text.matchAll(DESTRUCTURED)].map(([, , target]) => target);
    named.push(...[...text.matchAll(NAMED_IN_TYPE)].map(([, target]) => target));
    for (const [, target = ''] of text.matchAll(DYNAMIC)) if (!named.includes(target)) use(target, '*');
  }
  return used;
}

/** The names in `{ a, type b, c as d, e: f }`, as they are called in the file that exports them. */
function listed(names: string): string[] {
  const inBraces = /\{([^}]*)\}/.exec(names)?.[1] ?? names;
  return inBraces.split(',').map(
    (name) =>
      name
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+|\s*:\s*/)[0] ?? '',
  );
}

/** Sources, tests, and what frameworks and tools of this repository are written in. */
function importingFiles(): Pick<SourceFile, 'path' | 'text'>[] {
  const tools = readdirSync(ROOT).filter((name) => /\.(?:ts|mjs)$/.test(name));
  const below = ['server', 'widget', 'demo', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(
        (name) =>
          /\.(?:ts|tsx|mjs|js|vue|svelte)$/.test(name) &&
          !/(?:^|\/)(?:dist|public|node_modules)\//.test(name),
      )
      .map((name) => posix.join(folder, name)),
  );
  return [...tools, ...below].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The sources behind the entries of package.json: what they export is for whoever installs the package. */
function entryFiles(): Set<string> {
  const built = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.default],
  );
  return new Set(
    built.map((file) =>
      file
        .replace('./', '')
        .replace(/^dist\/|(?<=^server\/)dist\//, '')
        .replace(/\.js$/, '.ts'),
    ),
  );
}
