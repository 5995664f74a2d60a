import { existsSync } from 'node:fs';
import { installCommand, installPackages } from './debian-packages.ts';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The path of a Chromium or Chrome on this machine; `CHROMIUM_PATH` wins. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH } = process.env;
  return [...(CHROMIUM_PATH ? [CHROMIUM_PATH] : []), ...CANDIDATES].find((path) => existsSync(path));
}

/**
 * The path of a Chromium, installed from Debian's packages first where it is missing and this user may.
 * @throws Error that names the one command to run.
 */
export function requireChromium(): string {
  if (!findChromium()) installPackages(['chromium']);
  const found = findChromium();
  if (found) return found;
  throw new Error(
    `The browser tests need Chromium. Run this, or name yours in CHROMIUM_PATH:\n  sudo sh -c '${installCommand(['chromium'])}'`,
  );
}
