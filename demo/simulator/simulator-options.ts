import type { Coop } from './control/coop.ts';
import type { Client } from './oauth/client.ts';
import type { FillDelay } from './trading/fill-plan.ts';

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
