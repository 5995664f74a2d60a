import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Express, type Request } from 'express';
import session from 'express-session';
import { SIMULATOR_CLIENT, type Simulator, startSimulator } from '../../demo/simulator/index.ts';
import {
  type AlpacaConnectOptions,
  type AlpacaConnectRouter,
  alpacaConnect,
  type Configuration,
  createLogger,
  readConfiguration,
} from '../../server/index.ts';
import { stageEnvironment } from '../stage.ts';
import { Visitor } from '../visitor.ts';

declare module 'express-session' {
  interface SessionData {
    user?: string;
  }
}

/** An Express app that was there before, with sign-in, a session and a body parser of its own. */
export interface HostApp extends AsyncDisposable {
  url: string;
  simulator: Simulator;
  router: AlpacaConnectRouter;
  configuration: Configuration;
  /** What the app's own session held, each time that somebody asked for `/own`. */
  sessions: string[];
  /** Every line that the router logged. */
  logged(): string;
}

export interface HostAppOptions extends AlpacaConnectOptions<Request> {
  /** Where the app mounts the router. */
  path?: string;
  /** Paths of this app that redirect mode may return to. */
  returnPaths?: string[];
  /** Changes variables of the router's environment. */
  environment?: Record<string, string>;
  /** Routes of the app's own, behind the router. */
  routes?: (app: Express, router: AlpacaConnectRouter) => void;
}

/** Who is signed in to the app, for `getUser`. */
export function signedInUser(request: Request): string | undefined {
  return request.session.user;
}

/** `GET /sign-in/:user` and `/sign-out` change the app's session and nothing else. */
export async function openHostApp({
  path = '/alpaca',
  environment = {},
  returnPaths = [],
  routes = () => {},
  ...options
}: HostAppOptions = {}): Promise<HostApp> {
  const folder = mkdtempSync(join(tmpdir(), 'host-app-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
  });
  const sessions: string[] = [];
  const logged: string[] = [];
  const configuration = readConfiguration({
    ...stageEnvironment(simulator),
    PUBLIC_URL: url,
    SESSION_FILE: join(folder, 'sessions.sqlite'),
    RETURN_PAGES: returnPaths.map((path) => url + path).join(),
    ...environment,
  });
  const router = alpacaConnect({
    configuration,
    log: createLogger({ write: (line) => logged.push(line) }),
    ...options,
  });
  const app = express();
  app.use(session({ secret: randomBytes(16).toString('hex'), resave: false, saveUninitialized: true }));
  app.use(path, router);
  app.use(express.json());
  app.get('/sign-in/:user', (request, response) => {
    request.session.user = request.params.user;
    response.end();
  });
  app.get('/sign-out', (request, response) => {
    delete request.session.user;
    response.end();
  });
  app.get('/own', (request, response) => {
    sessions.push(JSON.stringify(request.session));
    response.json({ own: true });
  });
  routes(app, router);
  server.on('request', app);
  return {
    url,
    simulator,
    router,
    configuration,
    sessions,
    logged: () => logged.join(''),
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await router.close();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A visitor who is signed in to the app. */
export async function signedIn(app: HostApp, user: string): Promise<Visitor> {
  const visitor = new Visitor(app);
  await signIn(app, visitor, user);
  return visitor;
}

export async function signIn(app: HostApp, visitor: Visitor, user: string): Promise<void> {
  await visitor.visit(`${app.url}/sign-in/${user}`);
}

export async function signOut(app: HostApp, visitor: Visitor): Promise<void> {
  await visitor.visit(`${app.url}/sign-out`);
}
