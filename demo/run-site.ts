import { pino } from 'pino';
import { connectionsOfUser } from '../server/away.ts';
import { processVariables, readConfiguration } from '../server/config-reader.ts';
import { createLogger } from '../server/http/log.ts';
import { startServer } from '../server/http-server.ts';
import { ALPACA } from '../server/providers.ts';
import { createService } from '../server/service.ts';
import { DEMO_FOLDER, SIMULATOR_URL } from './demo-environment.ts';
import { Rebalancer } from './rebalancer.ts';
import { serveDemoPage } from './serve-demo-page.ts';
import { stopWithParent } from './stop-with-parent.ts';

const VISITOR = 'visitor';

/** A child process of the demo: the server of this project with the demo page in front, and what acts while nobody is there. */
const configuration = readConfiguration(processVariables());
const log = createLogger(pino.destination({ dest: `${DEMO_FOLDER}/server.log`, mkdir: true, sync: true }));
const partners = configuration.providers.map(({ id }) => id).filter((id) => id !== ALPACA);
const simulated = configuration.authorizeUrl.origin === SIMULATOR_URL;

// Everybody who opens the demo on this machine is one person. An app of your own says here who is signed in.
const service = createService(configuration, log, simulated ? { hooks: { getUser: () => VISITOR } } : {});
const rebalancer = new Rebalancer(() => connectionsOfUser(service, VISITOR));
if (simulated) rebalancer.start(service.stopping.signal);

const server = await startServer(service, {
  host: configuration.publicUrl.hostname,
  pages: serveDemoPage({
    simulated,
    places: [...configuration.environments, ...partners],
    ...(simulated && { away: { days: configuration.awayDays, entries: () => rebalancer.entries } }),
  }),
});
stopWithParent(() => server.stop());
