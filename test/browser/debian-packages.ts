import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The one command that installs these packages. */
export function installCommand(packages: readonly string[]): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Installs them where this user may. Anything else, and a failure, is left for the caller to notice and to tell. */
export function installPackages(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  process.stdout.write(`Installing from Debian's packages: ${packages.join(', ')}\n`);
  try {
    execFileSync('sh', ['-c', `${installCommand(packages)} >/dev/null`], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch {
    // apt-get said why on standard error.
  }
}
