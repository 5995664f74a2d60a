import { linkSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Locked {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/**
 * Puts the packages that a package.json names, and those that they need, into its folder: what `npm install` would bring, but as they are
 * installed in this repository, because tests have no network. `npm install` has nothing left to fetch then.
 */
export function placePackages(folder: string): void {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const found = new Set<string>();

  function add(dependent: string, names: object = {}, optional = false): void {
    for (const name of Object.keys(names)) {
      const path = resolve(lock.packages, dependent, name);
      if (path === undefined && !optional) throw new Error(`package-lock.json has no ${name}.`);
      if (path === undefined || found.has(path) || !isInstalled(path)) continue;
      found.add(path);
      const { dependencies, optionalDependencies, peerDependencies } = lock.packages[path] ?? {};
      add(path, dependencies);
      add(path, optionalDependencies, true);
      add(path, peerDependencies, true);
    }
  }
  const { dependencies, devDependencies } = manifestIn(folder);
  add('', { ...dependencies, ...devDependencies });
  for (const path of found) {
    linkFiles(join(ROOT, path), join(folder, path), ['node_modules']);
    linkCommands(join(folder, path));
  }
}

/** Where a package is found from within another: beside it, or further up. */
function resolve(packages: Record<string, Locked>, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') return undefined;
  }
}

/** Those for other operating systems are not. */
function isInstalled(path: string): boolean {
  try {
    return readdirSync(join(ROOT, path)).length > 0;
  } catch {
    return false;
  }
}

interface Manifest {
  name: string;
  bin?: string | Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** A copy of a folder whose files are second names of the same ones: it takes no space and next to no time. */
export function linkFiles(from: string, to: string, without: readonly string[] = []): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (without.includes(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFiles(source, target, without);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkSync(source, target);
  }
}

function linkCommands(folder: string): void {
  const { name, bin = {} } = manifestIn(folder);
  const commands = typeof bin === 'string' ? { [name.replace(/^@.*\//, '')]: bin } : bin;
  const modules = folder.slice(0, folder.lastIndexOf('/node_modules/') + '/node_modules'.length);
  for (const [command, file] of Object.entries(commands)) {
    mkdirSync(join(modules, '.bin'), { recursive: true });
    symlinkSync(relative(join(modules, '.bin'), join(folder, file)), join(modules, '.bin', command));
  }
}
