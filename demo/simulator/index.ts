/**
 * A simulated Alpaca for demos and tests: consent page, token endpoint, Trading API with its stream, and Market Data API, on one port.
 * Nothing in it is real, and it must never stand where other people reach it.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Environment } from '../../server/contract.ts';
import { createRateLimit } from './api/rate-limit.ts';
import { createApp } from './app.ts';
import { Control, type Coop } from './control/control.ts';
import { createPriceWalk } from './market/price-walk.ts';
import { AccessTokens } from './oauth/access-tokens.ts';
import { type Client, SIMULATOR_CLIENT } from './oauth/client.ts';
import { readState, writeState } from './state-file.ts';
import { acceptStreams } from './stream/accept-streams.ts';
import { TradeStreams } from './stream/trade-streams.ts';
import { createFillPlanner, type FillDelay } from './trading/fill-plan.ts';
import { ACCOUNT_PLANS, openAccounts } from './trading/opening-accounts.ts';
import { OrderDesk } from './trading/order-desk.ts';

export type { Control, Coop, Shortcut, StreamChoice } from './control/control.ts';
export type { Fault } from './control/faults.ts';
export type { SeenRequest } from './control/request-log.ts';
export { type Client, SIMULATOR_CLIENT } from './oauth/client.ts';
export type { FillDelay } from './trading/fill-plan.ts';

/** The accounts of the simulated person: environment and number, the same in every simulator. */
export const SIMULATOR_ACCOUNTS: readonly { environment: Environment; number: string }[] = ACCOUNT_PLANS.map(
  ({ environment, number }) => ({ environment, number }),
);

/** How often orders are compared with the prices, in milliseconds. */
const MATCHING_INTERVAL = 50;
/** Long enough to be seen, short enough not to be waited for. */
const FILL_DELAY: FillDelay = { least: 300, most: 800 };
/** About what Alpaca allows. In milliseconds. */
const AUTHENTICATION_DEADLINE = 10_000;

/** What a simulator can be told when it starts. */
export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** The address to listen on and the name in every URL. `127.0.0.1` unless told otherwise. */
  host?: string;
  /** The registered apps. `SIMULATOR_CLIENT` alone unless told otherwise. */
  clients?: readonly Client[];
  /** Where tokens, accounts and orders survive a restart, even a kill. Nothing is kept without it. */
  stateFile?: string;
  /** Another seed is another market, whose orders are filled in other parts. */
  seed?: string;
  /** The `Cross-Origin-Opener-Policy` of the pages until the control says otherwise. `unsafe-none` by default. */
  coop?: Coop;
  /** Requests per account and minute. Alpaca's 200 by default. */
  requestsPerMinute?: number;
  /** How long an order waits before each of its fills, in milliseconds. 300 to 800 by default. */
  fillDelay?: FillDelay;
  /** How long a stream may take to authenticate, in milliseconds. 10 seconds by default. */
  authenticationDeadline?: number;
}

export interface Simulator extends AsyncDisposable {
  /** Where it listens; the other URLs are below it, in place of Alpaca's hosts. */
  url: string;
  authorizeUrl: string;
  tokenUrl: string;
  paperUrl: string;
  liveUrl: string;
  /** The WebSocket of trade updates, as `wss://paper-api.alpaca.markets/stream`. */
  paperStreamUrl: string;
  liveStreamUrl: string;
  dataUrl: string;
  control: Control;
  /** Ends every connection, hanging ones too. May be called twice. */
  close(): Promise<void>;
}

/** Starts a simulator and resolves when it listens. @throws Error when the port is taken or the state file is foreign */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', clients = [SIMULATOR_CLIENT], stateFile } = options;
  const { seed = 'alpaca', coop = 'unsafe-none', fillDelay = FILL_DELAY } = options;
  const { authenticationDeadline = AUTHENTICATION_DEADLINE } = options;
  const prices = createPriceWalk(seed);
  const kept = stateFile === undefined ? undefined : readState(stateFile);
  const state = kept ?? { tokens: [], accounts: openAccounts(prices, Date.now()) };
  const save = () => {
    if (stateFile !== undefined) writeState(stateFile, state);
  };
  const { accounts } = state;
  const tokens = new AccessTokens(state.tokens, save);
  const rateLimit = createRateLimit(options.requestsPerMinute);
  const tradeStreams = new TradeStreams();
  const desk = new OrderDesk({
    prices,
    planFills: createFillPlanner(seed, fillDelay),
    save,
    announce: (account, update) => tradeStreams.announce(account, update),
  });
  const resetRateLimit = rateLimit.reset;
  const control = new Control({ tokens, accounts, desk, tradeStreams, coop, resetRateLimit });
  const app = createApp({ clients, accounts, tokens, trading: { prices, desk, save }, rateLimit, control });

  const server = createServer(app);
  const endStreams = acceptStreams(server, { tradeStreams, tokens, control, authenticationDeadline });
  const url = await listen(server, port, host);
  save();
  const matching = setInterval(() => {
    for (const account of accounts) {
      desk.expire(account, Date.now());
      if (!control.fillsHeld) desk.match(account, Date.now());
    }
  }, MATCHING_INTERVAL);

  async function close(): Promise<void> {
    clearInterval(matching);
    rateLimit.close();
    endStreams();
    await stop(server);
  }

  const streamUrl = url.replace('http', 'ws');
  return {
    url,
    authorizeUrl: `${url}/oauth/authorize`,
    tokenUrl: `${url}/oauth/token`,
    paperUrl: `${url}/paper`,
    liveUrl: `${url}/live`,
    paperStreamUrl: `${streamUrl}/paper/stream`,
    liveStreamUrl: `${streamUrl}/live/stream`,
    dataUrl: `${url}/data`,
    control,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      resolve(`http://${host}:${(server.address() as AddressInfo).port}`);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
