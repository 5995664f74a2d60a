import { parseArgs } from 'node:util';
import { processVariables } from '../server/config-reader.ts';
import { stopOnSignal } from '../server/http-server.ts';
import { build } from './build.ts';
import {
  ACME_URL,
  BROKER_API_URL,
  DEMO_FOLDER,
  demoEnvironment,
  FOREIGN_URL,
  hasAcme,
  isSimulated,
  SIMULATOR_URL,
  SITE_URL,
} from './demo-environment.ts';
import { requireFreePorts } from './require-free-ports.ts';
import { serveForeignPage } from './serve-foreign-page.ts';
import { type Supervised, supervise } from './supervise.ts';

/**
 * `npm run demo`: builds, then runs the simulated Alpaca, Acme Invest, which is a simulated broker partner of its, the server with the demo page, and the same button on another site.
 * `npm run demo -- --coop same-origin` makes the simulator send that Cross-Origin-Opener-Policy on its pages.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { build: { type: 'boolean' }, coop: { type: 'string' } } });
  const environment = processVariables();
  const simulated = isSimulated(environment);
  const withAcme = hasAcme(environment);
  await requireFreePorts([
    SITE_URL,
    FOREIGN_URL,
    ...(simulated ? [SIMULATOR_URL, BROKER_API_URL] : []),
    ...(withAcme ? [ACME_URL] : []),
  ]);

  if (values.build) {
    process.exitCode = await build();
    if (process.exitCode !== 0) return;
  }

  const env = demoEnvironment(environment);
  const running: Supervised[] = [];
  if (simulated) {
    running.push(
      await supervise({
        name: 'The simulator',
        module: new URL('run-simulator.ts', import.meta.url),
        args: values.coop ? ['--coop', values.coop] : [],
        env,
        address: SIMULATOR_URL,
        report,
      }),
    );
  }
  if (withAcme) {
    running.push(
      await supervise({
        name: `Acme Invest (its log is ${DEMO_FOLDER}/acme.log)`,
        module: new URL('run-acme.ts', import.meta.url),
        env,
        address: ACME_URL,
        report,
      }),
    );
  }
  running.push(
    await supervise({
      name: `The server (its log is ${DEMO_FOLDER}/server.log)`,
      module: new URL('run-site.ts', import.meta.url),
      env,
      address: `${SITE_URL}/readyz`,
      report,
    }),
  );
  const foreign = await serveForeignPage();

  stopOnSignal(async () => {
    foreign.close();
    foreign.closeAllConnections();
    await Promise.all(running.map((one) => one.stop()));
  });
  report(addresses(simulated, withAcme));
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The addresses, and nothing else. */
function addresses(simulated: boolean, withAcme: boolean): string {
  const alpaca = simulated
    ? `Simulated Alpaca   ${SIMULATOR_URL}`
    : 'Alpaca             the real one, with your app';
  return `
  Demo page          ${SITE_URL}
  On another site    ${FOREIGN_URL}
  ${alpaca}
${withAcme ? `  Acme Invest        ${ACME_URL}\n` : ''}`;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
