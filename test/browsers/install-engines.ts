import { installCommand, installPackages } from '../browser/debian-packages.ts';
import { ENGINES } from './engines.ts';

/** Before the suite: installs the engines that are missing, and says loudly which could not be. */
export default function installEngines(): void {
  const missing = () => ENGINES.filter((engine) => !engine.isInstalled());
  const packages = missing().flatMap((engine) => engine.packages);
  if (packages.length > 0) installPackages([...new Set(packages)]);
  for (const { name, packages } of missing()) {
    const remedy = `sudo sh -c '${installCommand(packages)}'`;
    process.stderr.write(
      `\n!! ${name} IS NOT INSTALLED: its tests are SKIPPED. Run this once:\n   ${remedy}\n\n`,
    );
  }
}
