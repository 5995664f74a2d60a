import { existsSync } from 'node:fs';

export interface DisplayPrograms {
  /** Xvfb, an X server without a screen. */
  server: string;
  windowManager: string;
}

const FOUND: DisplayPrograms = { server: '/usr/bin/Xvfb', windowManager: '/usr/bin/openbox' };

/** What it takes to show windows where there is no screen. */
export function findDisplay(): DisplayPrograms | undefined {
  return existsSync(FOUND.server) && existsSync(FOUND.windowManager) ? FOUND : undefined;
}
