import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Options, Store } from 'express-rate-limit';
import type { Logger } from 'pino';
import { rateLimited } from '../http/errors.ts';
import { report } from '../http/log.ts';
import { MinuteCounts } from '../http/minute-counts.ts';
import { withDeadline } from '../session/with-deadline.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { CALL_PLACES, type Client, type Leave, Places, STREAM_PLACES } from './places.ts';

/** How long a call that comes too often waits for its refusal, in milliseconds: a hundred a second, with `CALL_PLACES`. */
const REFUSAL_TAKES = 250;

/** A request that wants to go to Alpaca. */
interface Caller {
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
  readonly #calls = new Map<string, Places>();
  readonly #streams = new Places(STREAM_PLACES);

  constructor(rate: CallRate, origins: Iterable<string>) {
    this.#rate = rate;
    for (const origin of origins) this.#calls.set(origin, new Places(CALL_PLACES));
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

/** Milliseconds that a call waits to be counted. */
const STORE_DEADLINE = 1_000;

/**
 * Bounds the calls of one connection to one API in a minute (backend.md V8), without Express.
 *
 * Alpaca itself lets an account send 200 a minute to the Trading API, says in `X-RateLimit-*` how many are left, and is
 * what an honest page should meet first. The default is twice that (`CALLS_PER_MINUTE`): a page that obeys Alpaca can end
 * one of Alpaca's minutes and begin the next within one of ours. It stops the page that obeys nobody, whose flood would
 * come from this server's address, which all of its people share. A larger market data plan wants a larger number.
 *
 * The counts live in this process's memory: two servers let twice as much pass. Whoever counts elsewhere gives
 * it another `store`; while that fails, calls go through (fail open: Alpaca's own limit still stands, and a person must be able to
 * cancel an order).
 */
export class CallRate {
  readonly #perMinute: number;
  readonly #log: Logger;
  readonly #store: Store;

  constructor({
    perMinute,
    log,
    store = new MinuteCounts(),
  }: { perMinute: number; log: Logger; store?: Store }) {
    this.#perMinute = perMinute;
    this.#log = log;
    this.#store = store;
    this.#store.init?.({ windowMs: 60_000 } as Options);
  }

  /**
   * Counts one call.
   * @param key Names the connection and the API.
   * @throws PublicError 429 `rate_limited`, with `Retry-After`
   */
  async count(key: string): Promise<void> {
    const seen = await this.#increment(key);
    if (seen && seen.totalHits > this.#perMinute) throw rateLimited('requests', seen.resetTime);
  }

  /** Ends what a store may have begun. */
  close(): void {
    void this.#store.shutdown?.();
  }

  async #increment(key: string) {
    try {
      return await withDeadline(Promise.resolve(this.#store.increment(key)), STORE_DEADLINE);
    } catch (error) {
      report(this.#log, 'warn', { event: 'call_not_counted', error });
      return undefined;
    }
  }
}
