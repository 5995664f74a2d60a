import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { linkFiles } from './placed-packages.ts';

/** What a Dockerfile makes, as far as it can be made without Docker: a folder that stands for the file system of its last stage. */
export interface Image {
  root: string;
  /** Where CMD runs, within `root`. */
  workdir: string;
  env: Record<string, string>;
  user: string | undefined;
  command: string[];
  healthCommand: string[];
  exposed: string[];
  volumes: string[];
}

export interface Build {
  /** The folder that `docker build` is given. */
  context: string;
  /** An empty folder for the stages. */
  into: string;
  /** Runs a RUN. The default shell of images is `sh -c`. */
  run(command: string, options: { cwd: string; root: string; env: Record<string, string> }): void;
}

/** Instructions of `docker build`: those that server/Dockerfile uses, and no others. @throws Error for another one */
export function buildImage({ context, into, run }: Build): Image {
  const isIgnored = readIgnoreFile(join(context, '.dockerignore'));
  const stages = new Map<string, Image>();
  let image: Image | undefined;

  for (const { instruction, rest } of instructionsOf(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    if (instruction === 'FROM') {
      const [, base = '', name = `${stages.size}`] = /^(node:[\w.-]+)(?: AS ([\w-]+))?$/.exec(rest) ?? [];
      if (base === '') throw new Error(`Not understood: FROM ${rest}`);
      image = emptyImage(join(into, name));
      stages.set(name, image);
      continue;
    }
    if (image === undefined) throw new Error(`${instruction} before FROM`);
    const folder = join(image.root, image.workdir);
    switch (instruction) {
      case 'WORKDIR':
        image.workdir = rest;
        mkdirSync(join(image.root, rest), { recursive: true });
        break;
      case 'ENV': {
        const [, name = '', value = ''] = /^(\w+)=(\S*)$/.exec(rest) ?? [];
        image.env[name] = value;
        break;
      }
      case 'COPY': {
        const [, from, sources = '', target = ''] = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(rest) ?? [];
        const stage = from === undefined ? undefined : stages.get(from)?.root;
        if (from !== undefined && stage === undefined) throw new Error(`There is no stage ${from}.`);
        const place = join(target.startsWith('/') ? image.root : folder, target);
        if (stage === undefined) copy(context, sources, place, isIgnored);
        else copy(stage, sources, place);
        break;
      }
      case 'RUN':
        run(rest, { cwd: folder, root: image.root, env: image.env });
        break;
      case 'USER':
        image.user = rest;
        break;
      case 'EXPOSE':
        image.exposed.push(rest);
        break;
      case 'VOLUME':
        image.volumes.push(rest);
        break;
      case 'HEALTHCHECK':
        image.healthCommand = execForm(rest.replace(/^(?:--\S+ )*CMD /, ''));
        break;
      case 'CMD':
        image.command = execForm(rest);
        break;
      default:
        throw new Error(`This does not know the instruction ${instruction}.`);
    }
  }
  if (image === undefined) throw new Error('The Dockerfile has no stage.');
  return image;
}

function emptyImage(root: string): Image {
  mkdirSync(root);
  const lists = { command: [], healthCommand: [], exposed: [], volumes: [] };
  return { root, workdir: '/', env: {}, user: undefined, ...lists };
}

function instructionsOf(text: string): { instruction: string; rest: string }[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      if (rest === '' || line.endsWith('\\')) throw new Error(`Not understood: ${line}`);
      return { instruction, rest };
    });
}

function execForm(text: string): string[] {
  return JSON.parse(text) as string[];
}

/** Of a folder, its contents; of a pattern, the files of that name. From the context, without what .dockerignore keeps back. */
function copy(base: string, source: string, target: string, isIgnored?: (path: string) => boolean): void {
  const kept = (path: string) => !isIgnored?.(relative(base, path));
  const folder = join(base, source);
  if (existsSync(folder) && statSync(folder).isDirectory()) {
    if (isIgnored === undefined) linkFiles(folder, target);
    else cpSync(folder, target, { recursive: true, filter: kept, verbatimSymlinks: true });
    return;
  }
  const wanted = new RegExp(`^${patternOf(basename(source))}$`);
  const parent = join(folder, '..');
  const files = readdirSync(parent).filter((name) => wanted.test(name) && kept(join(parent, name)));
  if (files.length === 0) throw new Error(`COPY finds nothing that is called ${source}.`);
  for (const name of files) cpSync(join(parent, name), join(target, name));
}

/** Which paths a .dockerignore keeps back: the last line that fits counts, for a folder and all that is in it. */
function readIgnoreFile(file: string): (path: string) => boolean {
  const lines = readFileSync(file, 'utf8').split('\n');
  const rules = lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({
      keeps: line.startsWith('!'),
      fits: new RegExp(`^${patternOf(line.replace(/^!/, ''))}(?:/|$)`),
    }));
  return (path) => rules.findLast(({ fits }) => fits.test(path))?.keeps === false;
}

function patternOf(text: string): string {
  if (/[?[\]\\]|\*\*/.test(text)) throw new Error(`Not understood: ${text}`);
  return text.replace(/[.+^${}()|]/g, '\\$&').replaceAll('*', '[^/]*');
}

/** Runs a command of the exec form, as Docker would in a container of the image, until it ends. @throws Error when it fails */
export function runInside(
  image: Image,
  [command = '', ...args]: string[],
  env: Record<string, string | undefined>,
): void {
  const cwd = join(image.root, image.workdir);
  execFileSync(command, args, { cwd, env: { ...image.env, ...env }, stdio: 'pipe' });
}
