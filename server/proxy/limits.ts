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

/** A request that wants a place. */
interface PlaceRequest {
  client: Client;
  /** Names the connection and the API, for the count of a minute. */
  counted: string;
  /** The host at Alpaca that it is for. */
  origin: string;
  /** Whether it is for an event stream. */
  events: boolean;
}

/** How long a request beyond the rate keeps its place, in milliseconds: with `CALL_PLACES`, a connection gets a hundred refusals a second. */
const REFUSAL_TAKES = 250;

/** Everything that bounds the requests of one client at Alpaca, so that the others find places. */
export class ProxyLimits {
  readonly #rate: CallRate;
  /** By host, because each host has a pool of its own. */
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
   * Takes a place and counts the request. A request beyond the rate keeps its place for a moment before it is refused, or a
   * flood of them would keep this server busy.
   *
   * @throws PublicError 429 `rate_limited`, 503 `overloaded`
   */
  async enter({ client, counted, origin, events }: PlaceRequest, response: ServerResponse): Promise<Leave> {
    const places = (events ? undefined : this.#calls.get(origin)) ?? this.#streams;
    const leave = await places.enter(client, response);
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

/** Who uses a connection. All sessions of one person of the app, or else of one brokerage account, count together. */
export function clientOf({ id, user, account }: StoredConnection, address: string): Client {
  return { connection: id, person: user === undefined ? `account ${account.id}` : `user ${user}`, address };
}

/** How long counting may take, in milliseconds. */
const STORE_DEADLINE = 1_000;

/**
 * Bounds the calls of one connection to one API in a minute.
 *
 * Alpaca itself lets an account send 200 a minute to the Trading API, and says in `X-RateLimit-*` how many are left. A page
 * that heeds this should never meet our limit, so the default (`CALLS_PER_MINUTE`) is twice that: one of our minutes may
 * hold the end of one of Alpaca's and the beginning of the next. It stops pages that heed nothing, whose flood would come
 * from the address of this server, which all of its people share. With a larger market data plan, set a larger number.
 *
 * The counts are in the memory of this process, so two servers let twice as much pass. To count elsewhere, give it another
 * `store`. While a store fails, calls go through: Alpaca's own limit still holds, and a person must be able to cancel an
 * order.
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

  /** Ends what the store may have open. */
  close(): void {
    void this.#store.shutdown?.();
  }

  async #increment(key: string) {
    try {
      const counted = this.#store.increment(key);
      // A count in memory is there at once, and a timer for it would cost more than the count.
      return counted instanceof Promise ? await withDeadline(counted, STORE_DEADLINE) : counted;
    } catch (error) {
      report(this.#log, 'warn', { event: 'call_not_counted', error });
      return undefined;
    }
  }
}
