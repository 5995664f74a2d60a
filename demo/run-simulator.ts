import { parseArgs } from 'node:util';
import { BROKER_API_URL, DEMO_FOLDER, SIMULATOR_URL } from './demo-environment.ts';
import { type Coop, startSimulator } from './simulator/index.ts';
import { stopWithParent } from './stop-with-parent.ts';

/** A child process of the demo: the simulated Alpaca, with its Broker API. Its state survives a restart. */
const { values } = parseArgs({ options: { coop: { type: 'string', default: 'unsafe-none' } } });
const { hostname, port } = new URL(SIMULATOR_URL);

const simulator = await startSimulator({
  host: hostname,
  port: Number(port),
  stateFile: `${DEMO_FOLDER}/simulator.json`,
  coop: values.coop as Coop,
});
const broker = await simulator.startBrokerApi({ port: Number(new URL(BROKER_API_URL).port) });
// So that a token ends when its person disconnects.
broker.control.deletesTokens = true;
stopWithParent(() => simulator.close());
