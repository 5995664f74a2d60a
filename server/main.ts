import { ConfigurationError, processVariables, readConfiguration } from './config-reader.ts';
import { createLogger, report } from './http/log.ts';
import { startServer, stopOnSignal } from './http-server.ts';
import { createService } from './service.ts';

/** What a load balancer that asks `/readyz` every few seconds needs to notice that this server stops. Milliseconds. */
const GRACE = 5_000;

/** `npm start`: reads the configuration, serves until asked to stop. Exit code 1 when it cannot start. */
async function main(): Promise<void> {
  const configuration = readConfiguration(processVariables());
  const log = createLogger();
  const { metricsAddress } = configuration;
  // Loaded only where it is used: most servers do without.
  const metrics = metricsAddress && (await (await import('./metrics.ts')).startMetrics(metricsAddress));
  const server = await startServer(createService(configuration, log));
  report(log, 'info', { event: 'listening', url: server.url, publicUrl: configuration.publicUrl.origin });
  stopOnSignal(async (signal) => {
    await server.stop({ grace: signal === 'SIGTERM' ? GRACE : 0 });
    await metrics?.close();
  });
}

main().catch((error: NodeJS.ErrnoException) => {
  process.stderr.write(`${explainStart(error)}\n`);
  process.exitCode = 1;
});

function explainStart(error: NodeJS.ErrnoException): string {
  if (error instanceof ConfigurationError) {
    return `${error.message}\nSet them in the environment or in .env; .env.example describes each. npm run check tests the rest.`;
  }
  if (error.code === 'EADDRINUSE')
    return 'The port is taken. Stop what listens there, or set PORT (or METRICS_ADDRESS) to another.';
  return `The server cannot start: ${error.message}`;
}
