import { spawnSync } from 'node:child_process';
import { installPackages } from '../../browser/debian-packages.ts';
import { readDocument, snippetsOf } from '../../documents.ts';

const DOCUMENT = 'server/DEPLOY.md';

export const DEPLOY = readDocument(DOCUMENT);

/** The one example of server/DEPLOY.md in a language, or the one of those that holds this text. */
export function recipe(language: string, text = ''): string {
  const examples = snippetsOf(DOCUMENT).filter((example) => example.language === language);
  const found = examples.map(({ code }) => code).filter((code) => code.includes(text));
  if (found.length !== 1) throw new Error(`${found.length} examples in ${language} hold "${text}".`);
  return found[0] ?? '';
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
