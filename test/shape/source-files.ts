import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the top of the repository, with `/`. */
  path: string;
  text: string;
  /** The source files that it imports, types included. */
  imports: string[];
  /** Those of which it imports more than types. */
  runtimeImports: string[];
  /** The packages that it imports. */
  packages: string[];
}

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?from\s+)?'([^']+)';?/gm;

/** What the build makes, and what a clone of the server installs. */
const MADE = /^server[/\\](?:dist|public|node_modules)[/\\]/;

/** Every TypeScript file under these top-level folders. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => name.endsWith('.ts') && !MADE.test(name))
      .map(read),
  );
}

/** The names at the top of the repository that git knows or would add. */
export function topLevel(): string[] {
  const ignored = new Set(['node_modules', 'dist', '.git', '.demo', '.env', 'data', 'coverage', 'review']);
  return readdirSync(ROOT).filter((name) => !ignored.has(name));
}

function read(name: string): SourceFile {
  const text = readFileSync(join(ROOT, name), 'utf8');
  const found = [...text.matchAll(IMPORT)].map(([, type, target = '']) => ({
    onlyTypes: type !== undefined,
    local: target.startsWith('.'),
    target: target.startsWith('.') ? slashed(relative(ROOT, join(ROOT, dirname(name), target))) : target,
  }));
  return {
    path: slashed(name),
    text,
    imports: found.filter(({ local }) => local).map(({ target }) => target),
    runtimeImports: found.filter(({ local, onlyTypes }) => local && !onlyTypes).map(({ target }) => target),
    packages: found.filter(({ local }) => !local).map(({ target }) => target),
  };
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
