/**
 * A simulated Alpaca for demos and tests: consent page, token endpoint, Trading API with its stream, and Market Data API, on one port.
 * Nothing in it is real, and it must never stand where other people reach it.
 */
import { createServer } from 'node:http';
import type { Environment } from '../../server/contract.ts';
import { createRateLimit } from './api/rate-limit.ts';
import { createApp } from './app.ts';
import { type BrokerApi, type BrokerApiOptions, startBrokerApi } from './broker/broker-api.ts';
import { Control, type Coop } from './control/control.ts';
import { listen, stop } from './listen.ts';
import { createPriceWalk } from './market/price-walk.ts';
import { AccessTokens } from './oauth/access-tokens.ts';
import { AuthorizationCodes } from './oauth/authorization-codes.ts';
import { type Client, SIMULATOR_CLIENT } from './oauth/client.ts';
import { readState, writeState } from './state-file.ts';
import { acceptStreams } from './stream/accept-streams.ts';
import { TradeStreams } from './stream/trade-streams.ts';
import { createFillPlanner, type FillDelay } from './trading/fill-plan.ts';
import { ACCOUNT_PLANS, idOfAccount, openAccounts } from './trading/opening-accounts.ts';
import { OrderDesk } from './trading/order-desk.ts';

export type { BrokerApi, BrokerApiOptions } from './broker/broker-api.ts';
export { type BrokerClient, SIMULATOR_BROKER_CLIENT } from './broker/broker-client.ts';
export type { BrokerControl } from './broker/broker-control.ts';
export { type Partner, SIMULATOR_PARTNER } from './broker/partner-credentials.ts';
export type { Control, Coop, Shortcut, StreamChoice } from './control/control.ts';
export type { Fault } from './control/faults.ts';
export type { SeenRequest } from './control/request-log.ts';
export { type Client, SIMULATOR_CLIENT } from './oauth/client.ts';
export type { FillDelay } from './trading/fill-plan.ts';

/** The accounts of the simulated person: environment and number, the same in every simulator. */
export const SIMULATOR_ACCOUNTS: readonly { environment: Environment; number: string }[] =
  ACCOUNT_PLANS.flatMap(({ endUser, environment, number }) =>
    endUser === undefined ? [{ environment, number }] : [],
  );

/** An account of an end user of the simulated broker partner. */
export interface EndUserAccount {
  /** Whose it is: the partner's own id for a person. */
  endUser: string;
  /** The `account_id` of the Broker API. */
  id: string;
  environment: Environment;
  number: string;
  name: string;
}

/** The accounts of a broker partner's end users, the same in every simulator: of two with real money, and of one in the sandbox. Alpaca's own consent page does not show them. */
export const SIMULATOR_END_USER_ACCOUNTS: readonly EndUserAccount[] = ACCOUNT_PLANS.flatMap(
  ({ endUser, environment, number, name }) =>
    endUser === undefined ? [] : [{ endUser, id: idOfAccount(number), environment, number, name }],
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
  /** Where a broker partner's end users trade without real money. Which host Alpaca has for that is not documented. */
  sandboxUrl: string;
  sandboxStreamUrl: string;
  dataUrl: string;
  control: Control;
  /** Starts the Broker API of a broker partner on a port of its own. What it issues works here. Closed with the simulator. @throws Error when the port is taken */
  startBrokerApi(options?: BrokerApiOptions): Promise<BrokerApi>;
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
  const codes = new AuthorizationCodes();
  const brokers: BrokerApi[] = [];
  const partnerClients = () => brokers.flatMap((broker) => broker.control.clients);
  const trading = { prices, desk, save };
  const app = createApp({ clients, partnerClients, accounts, codes, tokens, trading, rateLimit, control });

  const server = createServer(app);
  const endStreams = acceptStreams(server, {
    tradeStreams,
    tokens,
    accounts,
    control,
    authenticationDeadline,
  });
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
    await Promise.all([stop(server), ...brokers.map((broker) => broker.close())]);
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
    sandboxUrl: `${url}/sandbox`,
    sandboxStreamUrl: `${streamUrl}/sandbox/stream`,
    dataUrl: `${url}/data`,
    control,
    async startBrokerApi(brokerOptions = {}) {
      const endUsers = accounts.filter(({ endUser }) => endUser !== undefined);
      const revoke = (token: string) => control.revokeToken(token);
      const parts = { host, accounts: endUsers, codes, tokens, revoke };
      const broker = await startBrokerApi(parts, brokerOptions);
      brokers.push(broker);
      return broker;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
