import { checkSetup, type Finding } from './check-setup.ts';
import { ConfigurationError } from './configuration/configuration-error.ts';
import { processEnvironment } from './configuration/process-environment.ts';
import { readConfiguration } from './configuration/read-configuration.ts';

/** `npm run check`: says what is right and what is not, before the first visitor finds out. Exit code 1 for a problem. */
async function main(): Promise<void> {
  const findings = await checkSetup(readConfiguration(processEnvironment()));
  for (const finding of findings) process.stdout.write(`${line(finding)}\n`);
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
}

function line({ ok, what, remedy }: Finding): string {
  return ok ? `ok       ${what}` : `PROBLEM  ${what}\n         ${remedy}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigurationError ? error.message : 'The check failed.'}\n`);
  process.exitCode = 1;
});
