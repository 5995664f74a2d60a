import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The one command that installs these packages. */
export function installCommand(packages: readonly string[]): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Debian starts the services that it installs, unless this file says no. Tests start them by themselves, on other ports. */
const START_NOTHING = `policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm "$policy"' EXIT
fi`;

/** Tests in other processes may want to install something at the same moment: one after the other. */
const LOCK = '/var/lock/connect-with-alpaca-tests';

/** Installs them where this user may. Anything else, and a failure, is left for the caller to notice and to tell. */
export function installPackages(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  process.stdout.write(`Installing from Debian's packages: ${packages.join(', ')}\n`);
  const script = `${START_NOTHING}\n{ ${installCommand(packages)}; } >/dev/null`;
  try {
    execFileSync('flock', [LOCK, 'sh', '-c', script], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch {
    // apt-get said why on standard error.
  }
}
