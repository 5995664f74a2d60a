import { existsSync } from 'node:fs';

const CANDIDATES = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/usr/lib/firefox-esr/firefox-esr'];

/** The path of a Firefox on this machine; `FIREFOX_PATH` wins. */
export function findFirefox(): string | undefined {
  const { FIREFOX_PATH } = process.env;
  return [...(FIREFOX_PATH ? [FIREFOX_PATH] : []), ...CANDIDATES].find((path) => existsSync(path));
}
