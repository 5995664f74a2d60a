import { checkSetup } from './check/check-setup.ts';
import type { Finding } from './check/finding.ts';
import { ConfigurationError } from './configuration/configuration-error.ts';
import { processEnvironment } from './configuration/process-environment.ts';
import { readConfiguration } from './configuration/read-configuration.ts';

/** `npm run check`: says what is right and what is not, before the first visitor finds out. Exit code 1 for a problem. */
async function main(): Promise<void> {
  const findings = await checkSetup(readConfiguration(processEnvironment()));
  for (const finding of findings) process.stdout.write(`${line(finding)}\n`);
  if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1;
}

function line(finding: Finding): string {
  if (finding.level === 'ok') return `ok       ${finding.what}`;
  return `${finding.level.toUpperCase().padEnd(8)} ${finding.what}\n         ${finding.remedy}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigurationError ? error.message : 'The check failed.'}\n`);
  process.exitCode = 1;
});
