import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../demo/simulator/index.ts';
import { freePort, type ServerProcess, startServerProcess, untilReady } from '../server-process.ts';
import { stageEnvironment } from '../stage.ts';

export type Side = 'a' | 'b';

/** Two processes of the server on one store, behind one address, and the simulator that is their Alpaca. */
export interface TwoServers extends AsyncDisposable {
  /** The address of both. */
  url: string;
  simulator: Simulator;
  /** Where the next requests go; `alternately` spreads them. */
  route: Side | 'alternately';
  /** `kill -9`, as a crash does. Requests to this side fail until `start()`. */
  kill(side: Side): Promise<void>;
  start(side: Side): Promise<void>;
}

/**
 * @param variables Given the address of both, the variables of both beyond those of a stage.
 * @param entry What each process runs. Default: what `npm start` runs.
 */
export async function startTwoServers(
  variables: Record<string, string> | ((url: string) => Promise<Record<string, string>>),
  entry?: string,
): Promise<TwoServers> {
  const ports = { a: await freePort(), b: await freePort() };
  const front = createServer();
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
    // All these people share the simulator's accounts: Alpaca's 200 a minute would pass for sessions that were lost.
    requestsPerMinute: 100_000,
  });
  const own = typeof variables === 'function' ? await variables(url) : variables;
  const environment = { ...stageEnvironment(simulator), PUBLIC_URL: url, ...own };
  const running: Partial<Record<Side, ServerProcess>> = {};
  const servers: TwoServers = {
    url,
    simulator,
    route: 'alternately',
    async kill(side) {
      await running[side]?.[Symbol.asyncDispose]();
    },
    async start(side) {
      const server = startServerProcess({ ...environment, PORT: `${ports[side]}` }, entry);
      running[side] = server;
      await untilReady(server, `http://127.0.0.1:${ports[side]}`);
    },
    async [Symbol.asyncDispose]() {
      front.close();
      front.closeAllConnections();
      await Promise.all([servers.kill('a'), servers.kill('b')]);
      await simulator.close();
    },
  };
  // At once, as a deployment does.
  await Promise.all([servers.start('a'), servers.start('b')]).catch(async (error: unknown) => {
    // Nobody else knows of the one that did start.
    await servers[Symbol.asyncDispose]();
    throw error;
  });
  balance(front, servers, ports);
  return servers;
}

/** Hands each request to one of the servers, with every header as it came. */
function balance(front: Server, servers: TwoServers, ports: Record<Side, number>): void {
  let turn = 0;
  front.on('request', (request, response) => {
    const side = servers.route === 'alternately' ? (turn++ % 2 === 0 ? 'a' : 'b') : servers.route;
    const { method, url: path, headers } = request;
    const forwarded = httpRequest(
      { port: ports[side], host: '127.0.0.1', method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      },
    );
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
}
