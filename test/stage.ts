import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectSecurely, createServer as createTlsServer } from 'node:tls';
import express, { type Express, type RequestHandler } from 'express';
import session from 'express-session';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../demo/simulator/index.ts';
import { readConfiguration } from '../server/config-reader.ts';
import type { TokenRefreshTimes } from '../server/connect/token-refresh.ts';
import type { Hooks } from '../server/hooks.ts';
import { createLogger } from '../server/http/log.ts';
import { createApp } from '../server/http-server.ts';
import { connectRouter } from '../server/routes.ts';
import { createService, type Service } from '../server/service.ts';
import { watchAnswers } from './described-answers.ts';
import type { Edge } from './edge.ts';
import { MOUNTED } from './mounted.ts';
import { type Certificate, selfSignedCertificate } from './self-signed-certificate.ts';

/** A whole world on loopback: simulator, server, and pages of the server's own origin, of its site and of another site. */
export interface Stage extends AsyncDisposable {
  /** Origin of the server, under which browsers reach it; `/` is a page with the button. */
  url: string;
  /** Another origin of the server's site, on the allow-list; `/` is a page with the button. */
  neighbourUrl: string;
  /** Origin of another site, on the allow-list; `/` is a page with the button. */
  foreignUrl: string;
  simulator: Simulator;
  /** The broker partner `acme`, if there is one. */
  partner: Simulator | undefined;
  service: Service;
  /** Every byte that the server sent to browsers. */
  sent(): Buffer;
  /** Every line that the server logged. */
  logged(): string;
  /** The tokens that are in force at the simulator. */
  tokens(): string[];
  /** The access tokens and refresh tokens that are in force at the partner. */
  partnerTokens(): string[];
}

export interface StageOptions {
  /** Changes variables of the server's environment. */
  environment?: Record<string, string>;
  /** The paths that redirect mode may return to, on every origin that may connect. Default: `/`. */
  returnPaths?: string[];
  /** Attributes of the element on both pages. */
  attributes?: string;
  /** The pages of the server's own origin. Default: `/` is a page with the button. */
  pages?: RequestHandler;
  /** What stands in front of the server. Not with https. */
  edge?: Edge;
  /** Has the server know a broker partner `acme` besides Alpaca, with this in its entry of `PROVIDERS_FILE`. */
  partner?: Record<string, unknown>;
  /** What Alpaca's consent page calls the app. Default: what the demo's is called. */
  clientName?: string;
  /** How long that partner's access tokens live, in milliseconds. They then come with refresh tokens. Default: for ever. */
  partnerTokenLifetime?: number;
  /** What the app around the server adds. */
  hooks?: Hooks;
  /** How long refreshes may take. Default: as in production. */
  refreshTimes?: TokenRefreshTimes;
  /** Whether server and pages are on https, with a certificate that browsers have to be told to accept. */
  https?: boolean;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { environment = {}, attributes = '', https = false, clientName = SIMULATOR_CLIENT.name } = options;
  const certificate = https ? selfSignedCertificate() : undefined;
  const scheme = https ? 'https' : 'http';
  const folder = mkdtempSync(join(tmpdir(), 'connect-with-alpaca-'));
  const sent: Buffer[] = [];
  const logged: string[] = [];

  const backend = webServer(certificate);
  const backendPort = await listen(backend, '127.0.0.1');
  const edge = options.edge?.before(backendPort);
  const frontedPort = edge ? await listen(edge, '127.0.0.1') : backendPort;
  const front = recordingFront(frontedPort, sent, certificate);
  const url = `${scheme}://localhost:${await listen(front, 'localhost')}`;
  const page = buttonPage(url, attributes);
  const neighbour = webServer(certificate).on('request', page);
  const neighbourUrl = `${scheme}://localhost:${await listen(neighbour, 'localhost')}`;
  const foreign = webServer(certificate).on('request', page);
  const foreignUrl = `${scheme}://127.0.0.1:${await listen(foreign, '127.0.0.1')}`;

  const stateFile = join(folder, 'simulator.json');
  const simulator = await startSimulator({
    stateFile,
    // Away from the server's host, whose Strict-Transport-Security holds for every port, and the simulator is on http.
    host: https ? '127.0.0.1' : 'localhost',
    clients: [{ ...SIMULATOR_CLIENT, name: clientName, redirectUris: [`${url}/alpaca/callback`] }],
  });
  const partnerState = join(folder, 'partner.json');
  const partner = options.partner && (await startPartner(url, partnerState, options.partnerTokenLifetime));
  const providersFile = partner && writeProviders(folder, partner, options.partner);
  const service = createService(
    readConfiguration({
      ...stageEnvironment(simulator),
      ...(providersFile && { PROVIDERS_FILE: providersFile }),
      PUBLIC_URL: url,
      EMBED_ORIGINS: `${neighbourUrl},${foreignUrl}`,
      RETURN_PAGES: returnPages(options, url, `${neighbourUrl},${foreignUrl}`),
      SESSION_FILE: join(folder, 'sessions.sqlite'),
      ...environment,
    }),
    createLogger({ write: (line) => logged.push(line) }),
    {
      ...(options.refreshTimes && { refreshTimes: options.refreshTimes }),
      ...(options.hooks && { hooks: options.hooks }),
    },
  );
  const pages = options.pages ?? page;
  watchAnswers(backend);
  backend.on('request', MOUNTED ? hostApp(service, pages) : createApp(service, { pages }));

  return {
    url,
    neighbourUrl,
    foreignUrl,
    simulator,
    partner,
    service,
    sent: () => Buffer.concat(sent),
    logged: () => logged.join(''),
    tokens: () => tokensIn(readFileSync(stateFile, 'utf8')),
    partnerTokens: () => tokensIn(readFileSync(partnerState, 'utf8')),
    async [Symbol.asyncDispose]() {
      await Promise.all([backend, front, neighbour, foreign, ...(edge ? [edge] : [])].map(stop));
      await service.close();
      await simulator.close();
      await partner?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The app of server/README.md: sessions of its own in front of the router, a body parser behind it, and Express' settings as they
 * are, but for `trust proxy`. `alpacaConnect()` mounts the same router, with a service that nobody can look into.
 */
function hostApp(service: Service, pages: RequestHandler): Express {
  const app = express();
  app.set('trust proxy', service.configuration.trustProxy);
  const cookie = { sameSite: 'lax', secure: 'auto' } as const;
  app.use(session({ name: 'shop.sid', secret: 'x', resave: false, saveUninitialized: false, cookie }));
  app.use(service.configuration.mountPath, connectRouter(service));
  app.use(express.json());
  app.use(pages);
  return app;
}

/** A broker partner's own OAuth service and hosts: another simulator, with other accounts, tokens and secrets. */
export function startPartner(url: string, stateFile: string, tokenLifetime?: number): Promise<Simulator> {
  const client = { ...SIMULATOR_CLIENT, clientId: 'acme-client', clientSecret: 'acme-secret-of-the-stage' };
  const redirectUris = [`${url}/alpaca/callback/acme`];
  return startSimulator({
    stateFile,
    // The second one has the client id that Alpaca gave, as can happen where nobody hands ids out for all.
    clients: [client.clientId, SIMULATOR_CLIENT.clientId].map((clientId) => ({
      ...{ ...client, clientId, redirectUris },
      ...(tokenLifetime && { tokenLifetime }),
    })),
  });
}

/** Writes `PROVIDERS_FILE` with that partner. @returns the file */
export function writeProviders(
  folder: string,
  partner: Simulator,
  changes: Record<string, unknown> = {},
): string {
  const secret = join(folder, 'acme-secret');
  writeFileSync(secret, 'acme-secret-of-the-stage\n');
  const acme = {
    name: 'Acme Invest',
    authorizeUrl: partner.authorizeUrl,
    tokenUrl: partner.tokenUrl,
    clientId: 'acme-client',
    clientSecretFile: secret,
    environments: ['paper', 'live'],
    live: 'approved',
    environmentParameter: 'env',
    scopes: { 'account:write': 'account:write', trading: 'trading', data: 'data' },
    paperUrl: partner.paperUrl,
    liveUrl: partner.liveUrl,
    dataUrl: partner.dataUrl,
    paperStreamUrl: partner.paperStreamUrl,
    liveStreamUrl: partner.liveStreamUrl,
    ...changes,
  };
  const file = join(folder, 'providers.json');
  writeFileSync(file, JSON.stringify({ acme }));
  return file;
}

/** `RETURN_PAGES` of every origin that may connect, as the variables of the stage have it. */
function returnPages(
  { environment = {}, returnPaths = ['/'] }: StageOptions,
  url: string,
  embedOrigins: string,
): string {
  const { PUBLIC_URL = url, EMBED_ORIGINS = embedOrigins } = environment;
  const origins = [PUBLIC_URL, ...EMBED_ORIGINS.split(',')].filter((origin) => origin !== '');
  return origins.flatMap((origin) => returnPaths.map((path) => origin + path)).join();
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
    // All visitors of a test share one address, and some connect a thousand times.
    CONNECTS_PER_MINUTE: '1000000',
    CALLS_PER_MINUTE: '1000000',
    APP_NAME: 'Test Desk',
  };
}

/** Connects without a click, for which browsers block the popup, and says in its address how that ended. */
const IMPATIENCE = `<script>
document.addEventListener('alpaca-statechange', ({ target }) => {
  target.disclosure = 'off';
  target.connect().catch(({ code }) => { location.hash = code; });
}, { once: true });
</script>`;

/** Shows its route as the page's title, and runs before the script tag. */
const HASH_ROUTER = `<script>
const show = () => { document.title = 'route ' + location.hash; };
addEventListener('hashchange', show);
show();
</script>`;
const HISTORY_ROUTER = HASH_ROUTER.replace('hashchange', 'popstate').replace(
  'location.hash',
  'location.search',
);
/** Takes every route that it does not know to its own start. */
const STRICT_ROUTER = HASH_ROUTER.replace(
  'show();',
  "if (!/^#\\/|^$/.test(location.hash)) location.replace('#/'); show();",
);

/**
 * `/`: nothing but the script tag and the element, as on a site owner's page. `/impatient`: and `IMPATIENCE`. `/partner`: and an
 * element for the broker partner. The routed pages
 * connect in their own tab, and tell nobody where a link on them leads from. `/out?…` is an open redirect, `/link?…` a page
 * on which somebody posted a link.
 */
export function buttonPage(server: string, attributes: string): RequestListener {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,"><script type="module" src="${server}/alpaca/connect.js"></script>
<alpaca-connect ${attributes}></alpaca-connect>`;
  const pages = new Map([
    ['/', body],
    ['/impatient', body + IMPATIENCE],
    ['/partner', `${body}<alpaca-connect provider="acme" environment="live"></alpaca-connect>`],
  ]);
  const routed = body.replace('<alpaca-connect ', '<alpaca-connect mode="redirect" disclosure="off" ');
  for (const [path, router] of [
    ['/hash-routed', HASH_ROUTER],
    ['/history-routed', HISTORY_ROUTER],
    ['/strictly-routed', STRICT_ROUTER],
  ] as const) {
    pages.set(path, routed.replace('<link', `${router}<meta name="referrer" content="no-referrer"><link`));
  }
  return (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/);
    if (path === '/out') return void response.writeHead(302, { Location: decodeURIComponent(query) }).end();
    const page = path === '/link' ? linkPage(decodeURIComponent(query)) : pages.get(path);
    response
      .writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end(page ?? '');
  };
}

function linkPage(address: string): string {
  return `<!doctype html><title>A link</title><a href="${address.replaceAll('&', '&amp;')}">Look</a>`;
}

function webServer(certificate: Certificate | undefined): Server {
  return certificate ? createSecureServer(certificate) : createServer();
}

/** Stands between browsers and the server and keeps what the server says, below anything that could hide it. */
function recordingFront(port: number, sent: Buffer[], certificate: Certificate | undefined): TcpServer {
  return certificate
    ? createTlsServer(certificate, (client) =>
        record(client, connectSecurely({ port, host: '127.0.0.1', ca: certificate.cert }), sent),
      )
    : createTcpServer((client) => record(client, connect(port, '127.0.0.1'), sent));
}

function record(client: Socket, server: Socket, sent: Buffer[]): void {
  server.on('data', (chunk) => sent.push(chunk));
  client.pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
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
  const { tokens } = JSON.parse(state) as { tokens: { value: string; refreshToken?: string }[] };
  return tokens.flatMap(({ value, refreshToken }) => (refreshToken ? [value, refreshToken] : [value]));
}
