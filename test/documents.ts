import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The folders that hold documents, beside the top of the repository. */
const FOLDERS = ['.github', 'demo', 'server', 'test', 'widget'];
const FOREIGN = /(?:^|\/)(?:node_modules|dist|public)\//;

/** A block of a document between two fences. */
export interface Snippet {
  /** What stands behind the fence; empty for none. */
  language: string;
  code: string;
}

/** Every document of the repository, by its path from the top. */
export function documents(): string[] {
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name).split(sep).join('/'),
    ),
  );
  return [...readdirSync(ROOT), ...below]
    .filter((path) => path.endsWith('.md') && !FOREIGN.test(path))
    .toSorted();
}

export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Every block of a document, in order. */
export function snippetsOf(path: string): Snippet[] {
  return [...readDocument(path).matchAll(/^```([\w-]*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', code = '']) => ({ language, code }),
  );
}

/** The code of the one block of a document that holds this text. @throws Error when there is none, or more than one */
export function snippet(path: string, text: string): string {
  const [found, another] = snippetsOf(path).filter(({ code }) => code.includes(text));
  if (found === undefined || another !== undefined)
    throw new Error(`${path} has ${found ? 'more than one block' : 'no block'} with ${text}`);
  return found.code;
}

/** The one code within a line of text that begins so. @throws Error when there is none, or more than one */
export function inlineCode(path: string, start: string): string {
  const prose = readDocument(path).replace(/^```[\s\S]*?^```$/gm, '');
  const codes = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replace(/\s+/g, ' '));
  const [found, another] = new Set(codes.filter((code) => code.startsWith(start)));
  if (found === undefined || another !== undefined)
    throw new Error(`${path} has ${found ? 'more than one code' : 'no code'} that begins with ${start}`);
  return found;
}

/** Puts in what must be there, as somebody does who uses a snippet. @throws Error for what is not there */
export function fill(code: string, values: Record<string, string>): string {
  return Object.entries(values).reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`The snippet has no ${from}`);
    return filled.replaceAll(from, () => to);
  }, code);
}
