import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../demo/simulator/index.ts';
import { createApp } from '../server/app.ts';
import { readConfiguration } from '../server/configuration/read-configuration.ts';
import { createLogger } from '../server/log/create-logger.ts';
import { createService, type Service } from '../server/service.ts';

/** A whole world on loopback: simulator, server, a page of the server's own origin and a page of another site. */
export interface Stage extends AsyncDisposable {
  /** Origin of the server, under which browsers reach it; `/` is a page with the button. */
  url: string;
  /** Origin of another site, on the allow-list; `/` is a page with the button. */
  foreignUrl: string;
  simulator: Simulator;
  service: Service;
  /** Every byte that the server sent to browsers. */
  sent(): Buffer;
  /** Every line that the server logged. */
  logged(): string;
  /** The tokens that are in force at the simulator. */
  tokens(): string[];
}

export interface StageOptions {
  /** Changes variables of the server's environment. */
  environment?: Record<string, string>;
  /** Attributes of the element on both pages. */
  attributes?: string;
}

export async function openStage({ environment = {}, attributes = '' }: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'connect-with-alpaca-'));
  const sent: Buffer[] = [];
  const logged: string[] = [];

  const backend = createServer();
  const backendPort = await listen(backend, '127.0.0.1');
  const front = recordingFront(backendPort, sent);
  const url = `http://localhost:${await listen(front, 'localhost')}`;
  const foreign = createServer(buttonPage(url, attributes));
  const foreignUrl = `http://127.0.0.1:${await listen(foreign, '127.0.0.1')}`;

  const stateFile = join(folder, 'simulator.json');
  const simulator = await startSimulator({
    stateFile,
    host: 'localhost',
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
  });
  const service = createService(
    readConfiguration({
      ...stageEnvironment(simulator),
      PUBLIC_URL: url,
      EMBED_ORIGINS: foreignUrl,
      SESSION_FILE: join(folder, 'sessions.sqlite'),
      ...environment,
    }),
    createLogger({ write: (line) => logged.push(line) }),
  );
  backend.on('request', createApp(service, { pages: buttonPage(url, attributes) }));

  return {
    url,
    foreignUrl,
    simulator,
    service,
    sent: () => Buffer.concat(sent),
    logged: () => logged.join(''),
    tokens: () => tokensIn(readFileSync(stateFile, 'utf8')),
    async [Symbol.asyncDispose]() {
      await Promise.all([backend, front, foreign].map(stop));
      await service.close();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The configuration of a server whose Alpaca is this simulator, as variables. */
export function stageEnvironment(simulator: Simulator): Record<string, string> {
  return {
    ALPACA_CLIENT_ID: SIMULATOR_CLIENT.clientId,
    ALPACA_CLIENT_SECRET: SIMULATOR_CLIENT.clientSecret,
    ALPACA_SCOPES: 'account:write trading data',
    ALPACA_ENVIRONMENTS: 'paper,live',
    ALPACA_LIVE: 'approved',
    ALPACA_AUTHORIZE_URL: simulator.authorizeUrl,
    ALPACA_TOKEN_URL: simulator.tokenUrl,
    ALPACA_PAPER_URL: simulator.paperUrl,
    ALPACA_LIVE_URL: simulator.liveUrl,
    ALPACA_DATA_URL: simulator.dataUrl,
    SESSION_KEYS: randomBytes(32).toString('base64'),
    APP_NAME: 'Test Desk',
  };
}

/** Nothing but the script tag and the element, as on a site owner's page. */
export function buttonPage(server: string, attributes: string): RequestListener {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,"><script type="module" src="${server}/alpaca/connect.js"></script>
<alpaca-connect ${attributes}></alpaca-connect>`;
  return (request, response) => {
    const status = request.url === '/' ? 200 : 404;
    response
      .writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' })
      .end(status === 200 ? body : '');
  };
}

/** Stands between browsers and the server and keeps what the server says, below anything that could hide it. */
function recordingFront(port: number, sent: Buffer[]): TcpServer {
  return createTcpServer((client) => {
    const server = connect(port, '127.0.0.1');
    server.on('data', (chunk) => sent.push(chunk));
    client.pipe(server).pipe(client);
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  });
}

function listen(server: Server | TcpServer, host: string): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: Server | TcpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}

function tokensIn(state: string): string[] {
  const { tokens } = JSON.parse(state) as { tokens: { value: string }[] };
  return tokens.map(({ value }) => value);
}
