import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { installPackages } from '../../browser/debian-packages.ts';

export const DEPLOY = readFileSync(new URL('../../../server/DEPLOY.md', import.meta.url), 'utf8');

/** The one example of server/DEPLOY.md in a language, or the one of those that holds this text. */
export function recipe(language: string, text = ''): string {
  const examples = [...DEPLOY.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))];
  const found = examples.map(([, code = '']) => code).filter((code) => code.includes(text));
  if (found.length !== 1) throw new Error(`${found.length} examples in ${language} hold "${text}".`);
  return found[0] ?? '';
}

/** Puts in what must be there. */
export function fill(text: string, values: Record<string, string>): string {
  return Object.entries(values).reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`The recipe has no "${from}".`);
    return filled.replaceAll(from, to);
  }, text);
}

/** Whether the command is there, if need be after its package was installed. Says so when it is not. */
export function isInstalled(command: string, { version, from }: { version: string; from?: string }): boolean {
  const runs = () => spawnSync(command, [version]).status === 0;
  if (!runs() && from !== undefined) installPackages([from]);
  if (runs()) return true;
  const why = from === undefined ? '' : ', and it could not be installed';
  process.stderr.write(`Skipped: what needs ${command} in test/server/deploy. It is not there${why}.\n`);
  return false;
}
