import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The path of a redis-server on this machine; `REDIS_SERVER_PATH` wins. */
export function findRedisServer(): string | undefined {
  const { REDIS_SERVER_PATH, PATH = '' } = process.env;
  const candidates = PATH.split(delimiter).map((folder) => join(folder, 'redis-server'));
  return [...(REDIS_SERVER_PATH ? [REDIS_SERVER_PATH] : []), ...candidates].find(isExecutable);
}

/**
 * The path of a redis-server, installed from Debian's packages first where it is missing and this user may.
 * @throws Error that names the one command to run.
 */
export function requireRedisServer(): string {
  const found = findRedisServer();
  if (found) return found;
  const remedy = 'apt-get update && apt-get install -y --no-install-recommends redis-server';
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stdout.write('No redis-server here: installing the one of Debian.\n');
    // Several test files may get here at once, and apt-get is for one at a time.
    const lock = join(tmpdir(), 'connect-with-alpaca-redis-install.lock');
    execFileSync('flock', [lock, 'sh', '-c', `command -v redis-server || { ${remedy}; } >/dev/null`], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
  const installed = findRedisServer();
  if (installed) return installed;
  throw new Error(
    `The tests of the session store need redis-server. Run this, or name yours in REDIS_SERVER_PATH:\n  sudo sh -c '${remedy}'`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
