import { pino } from 'pino';
import { processVariables, readConfiguration } from '../server/config-reader.ts';
import { createLogger } from '../server/http/log.ts';
import { startServer } from '../server/http-server.ts';
import { ALPACA } from '../server/providers.ts';
import { createService } from '../server/service.ts';
import { DEMO_FOLDER, SIMULATOR_URL } from './demo-environment.ts';
import { serveDemoPage } from './serve-demo-page.ts';
import { stopWithParent } from './stop-with-parent.ts';

/** A child process of the demo: the server of this project with the demo page in front. */
const configuration = readConfiguration(processVariables());
const log = createLogger(pino.destination({ dest: `${DEMO_FOLDER}/server.log`, mkdir: true, sync: true }));
const partners = configuration.providers.map(({ id }) => id).filter((id) => id !== ALPACA);
const simulated = configuration.authorizeUrl.origin === SIMULATOR_URL;

const server = await startServer(createService(configuration, log), {
  host: configuration.publicUrl.hostname,
  pages: serveDemoPage({ simulated, places: [...configuration.environments, ...partners] }),
});
stopWithParent(() => server.stop());
