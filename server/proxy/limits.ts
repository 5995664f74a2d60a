import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredConnection } from '../session/stored-connection.ts';
import type { CallRate } from './call-rate.ts';
import { CALL_LIMITS, type Client, InFlightLimit, type Leave, STREAM_LIMITS } from './in-flight-limit.ts';

/** How long a call that comes too often waits for its refusal, in milliseconds: a hundred a second, with `CALL_LIMITS`. */
const REFUSAL_TAKES = 250;

/** A request that wants to go to Alpaca. */
export interface Caller {
  client: Client;
  /** Names the connection and the API, for the count of a minute. */
  counted: string;
  /** The host at Alpaca that it is for. */
  origin: string;
  /** Whether it is for an event stream. */
  events: boolean;
}

/** Everything that bounds the requests of one client, so that there is room for the others. */
export class ProxyLimits {
  readonly #rate: CallRate;
  /** By host, because each has a pool of its own. */
  readonly #calls = new Map<string, InFlightLimit>();
  readonly #streams = new InFlightLimit(STREAM_LIMITS);

  constructor(rate: CallRate, origins: Iterable<string>) {
    this.#rate = rate;
    for (const origin of origins) this.#calls.set(origin, new InFlightLimit(CALL_LIMITS));
  }

  /** Requests that have a place. */
  get underWay(): number {
    let underWay = this.#streams.underWay;
    for (const calls of this.#calls.values()) underWay += calls.underWay;
    return underWay;
  }

  /**
   * Takes a place and counts the request. A refusal keeps its place for a moment, or a flood of them would keep this
   * server busy.
   *
   * @throws PublicError 429 `rate_limited`, 503 `overloaded`
   */
  async enter({ client, counted, origin, events }: Caller, response: ServerResponse): Promise<Leave> {
    const limit = (events ? undefined : this.#calls.get(origin)) ?? this.#streams;
    const leave = await limit.enter(client, response);
    try {
      await this.#rate.count(counted);
      return leave;
    } catch (refusal) {
      await sleep(REFUSAL_TAKES);
      leave();
      throw refusal;
    }
  }
}

/** Who is behind a connection: sessions of one brokerage account, or of one person of the app, count together. */
export function clientOf({ id, user, account }: StoredConnection, address: string): Client {
  return { connection: id, person: user === undefined ? `account ${account.id}` : `user ${user}`, address };
}
