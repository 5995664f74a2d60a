import type { ServerResponse } from 'node:http';
import { isGone, onceGone } from '../http/client-socket.ts';
import { PublicError } from '../http/errors.ts';

/** Who sent a request, as far as sharing is concerned. */
export interface Client {
  /** The id of the connection. */
  connection: string;
  /** The person behind it, whatever the session: the app's own id of them, or the brokerage account. */
  person: string;
  /** The client address, by `clientAddress()`. */
  address: string;
}

/** How many places there are, and how many of them one connection, person or address may have. */
export interface PlaceLimits {
  connection: number;
  person: number;
  address: number;
  total: number;
  /** Requests of one connection that may wait for a place. */
  waiting: number;
  /** Requests of one address that may have a place or wait for one. */
  present: number;
}

/**
 * For calls to one of Alpaca's hosts. A connection may have well above what a page sends at once. All together have fewer
 * than the pool has sockets (`POOL_SIZE`), so that no call waits in the pool, where nothing is shared fairly.
 */
export const CALL_PLACES: PlaceLimits = {
  connection: 24,
  person: 32,
  address: 64,
  total: 120,
  waiting: 72,
  present: 512,
};

/** For event streams of Alpaca. None may wait, as streams stay open for hours. */
export const STREAM_PLACES: PlaceLimits = {
  connection: 8,
  person: 16,
  address: 256,
  total: 2_000,
  waiting: 0,
  present: 256,
};

/** Requests of everybody together that may wait. */
const MOST_WAITING = 4_000;

/**
 * Gives a place back. Safe to call twice.
 * @param penalty Milliseconds for which the place still counts for its connection and person. Others get it at once.
 */
export type Leave = (penalty?: number) => void;

interface Waiting {
  client: Client;
  admit: () => void;
}

/**
 * Shares a bounded number of places fairly. A request whose connection, person and address have places left goes on at
 * once. When places are scarce, one that is given back goes to the addresses in turn, and within an address to its people
 * in turn. So a request waits for others of its own connection, person and address, and for at most one of each other
 * address. Requests of one connection go in order.
 */
export class Places {
  readonly #limits: PlaceLimits;
  readonly #connections = new Counts();
  readonly #people = new Counts();
  readonly #addresses = new Counts();
  #total = 0;
  readonly #waitingOf = new Counts();
  readonly #presentAt = new Counts();
  #waiting = 0;
  /** By address, then by person, each in the order of their turns. */
  readonly #queue = new Map<string, Map<string, Waiting[]>>();

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /** Requests that have a place. */
  get underWay(): number {
    return this.#total;
  }

  /**
   * Takes a place: resolves when the request may go on.
   * @param response The answer to the request. When its client leaves, the request no longer waits.
   * @throws PublicError 503 `overloaded`, with `Retry-After`, also when the client left while it waited
   */
  async enter(client: Client, response: ServerResponse): Promise<Leave> {
    if (this.#hasPlaceFor(client)) this.#count(client, 1);
    else await this.#turn(client, response);
    let left = false;
    return (penalty = 0) => {
      if (left) return;
      left = true;
      this.#countForAll(client, -1);
      if (penalty === 0) this.#countForClient(client, -1);
      else setTimeout(() => this.#endPenalty(client), penalty).unref();
      while (this.#admitNext());
    };
  }

  #hasPlaceFor({ connection, person, address }: Client): boolean {
    const limits = this.#limits;
    return (
      this.#total < limits.total &&
      this.#addresses.of(address) < limits.address &&
      this.#people.of(person) < limits.person &&
      this.#connections.of(connection) < limits.connection
    );
  }

  #count(client: Client, change: 1 | -1): void {
    this.#countForAll(client, change);
    this.#countForClient(client, change);
  }

  #countForAll({ address }: Client, change: 1 | -1): void {
    this.#total += change;
    this.#addresses.add(address, change);
    this.#presentAt.add(address, change);
  }

  #countForClient({ connection, person }: Client, change: 1 | -1): void {
    this.#connections.add(connection, change);
    this.#people.add(person, change);
  }

  #endPenalty(client: Client): void {
    this.#countForClient(client, -1);
    while (this.#admitNext());
  }

  /** Resolves when it is the request's turn and it has a place. */
  #turn(client: Client, response: ServerResponse): Promise<void> {
    const { waiting, present } = this.#limits;
    const isFull =
      this.#waiting >= MOST_WAITING ||
      this.#waitingOf.of(client.connection) >= waiting ||
      this.#presentAt.of(client.address) >= present;
    if (isFull || isGone(response)) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      const forget = onceGone(response, () => {
        this.#unqueue(place);
        reject(overloaded());
      });
      const place: Waiting = {
        client,
        admit: () => {
          forget();
          this.#unqueue(place);
          this.#count(client, 1);
          resolve();
        },
      };
      this.#enqueue(place);
    });
  }

  #enqueue(place: Waiting): void {
    const { connection, person, address } = place.client;
    this.#waiting += 1;
    this.#waitingOf.add(connection, 1);
    this.#presentAt.add(address, 1);
    const people = this.#queue.get(address) ?? new Map<string, Waiting[]>();
    this.#queue.set(address, people);
    const line = people.get(person) ?? [];
    people.set(person, line);
    line.push(place);
  }

  #unqueue(place: Waiting): void {
    const { connection, person, address } = place.client;
    this.#waiting -= 1;
    this.#waitingOf.add(connection, -1);
    this.#presentAt.add(address, -1);
    const people = this.#queue.get(address);
    const line = people?.get(person);
    line?.splice(line.indexOf(place), 1);
    if (line?.length === 0) people?.delete(person);
    if (people?.size === 0) this.#queue.delete(address);
  }

  /** Gives a place to the request whose turn it is, and puts its person and address at the end. Returns whether there was one. */
  #admitNext(): boolean {
    const limits = this.#limits;
    if (this.#total >= limits.total) return false;
    for (const [address, people] of this.#queue) {
      if (this.#addresses.of(address) >= limits.address) continue;
      for (const [person, line] of people) {
        if (this.#people.of(person) >= limits.person) continue;
        const next = line.find(({ client }) => this.#hasPlaceFor(client));
        if (next === undefined) continue;
        next.admit();
        moveToEnd(people, person);
        moveToEnd(this.#queue, address);
        return true;
      }
    }
    return false;
  }
}

/** A count for each key. Keys whose count is 0 are forgotten. */
class Counts {
  readonly #counts = new Map<string, number>();

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: string, change: 1 | -1): void {
    const count = this.of(key) + change;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

function moveToEnd<Value>(map: Map<string, Value>, key: string): void {
  const value = map.get(key);
  if (value === undefined || map.size === 1) return;
  map.delete(key);
  map.set(key, value);
}

/** 503: the client, or everybody together, has as much under way as may be. */
export function overloaded(
  message = 'Too many requests are under way at once. Wait for some of them to finish, then try again.',
): PublicError {
  return new PublicError(503, 'overloaded', message, { headers: { 'Retry-After': '1' } });
}
