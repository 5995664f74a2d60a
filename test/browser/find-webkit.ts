import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const DRIVER = '/usr/bin/WebKitWebDriver';
const FOLDER = '/usr/lib';

export interface WebKit {
  /** Speaks WebDriver. */
  driver: string;
  /** The small browser that it drives. */
  browser: string;
}

/** WebKitGTK's driver and browser on this machine, from Debian's package `webkit2gtk-driver`. */
export function findWebKit(): WebKit | undefined {
  const browser = miniBrowsers().find((path) => existsSync(path));
  return existsSync(DRIVER) && browser ? { driver: DRIVER, browser } : undefined;
}

/** `/usr/lib/<architecture>/webkit2gtk-<version>/MiniBrowser` */
function miniBrowsers(): string[] {
  return subfolders(FOLDER, /-linux-gnu/)
    .flatMap((folder) => subfolders(folder, /^webkit(?:2gtk|gtk)-/))
    .map((folder) => join(folder, 'MiniBrowser'));
}

function subfolders(folder: string, name: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((entry) => name.test(entry))
    .map((entry) => join(folder, entry));
}
