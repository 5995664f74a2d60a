import type { ServerResponse } from 'node:http';
import { isGone, onceGone } from '../http/client-socket.ts';
import { PublicError } from '../http/errors.ts';

/** Whose request it is. */
export interface Client {
  /** The id of the connection. */
  connection: string;
  /** The person behind it, whatever the session: the app's own id of them, or the brokerage account. */
  person: string;
  /** The client address, by `clientAddress()`. */
  address: string;
}

/** How many requests may be under way at once. */
export interface PlaceLimits {
  /** Of one connection, of one person, of one address, and of all together. */
  connection: number;
  person: number;
  address: number;
  total: number;
  /** Requests of one connection that may wait for that. */
  waiting: number;
  /** Requests of one address that may be under way or wait. */
  present: number;
}

/**
 * For calls to one of Alpaca's hosts: a connection may have well above what a page sends at once, and all together have
 * fewer than the connections of the pool (`POOL_SIZE`), so that nobody waits in there, where nothing is shared fairly.
 */
export const CALL_PLACES: PlaceLimits = {
  connection: 24,
  person: 32,
  address: 64,
  total: 120,
  waiting: 72,
  present: 512,
};

/** Event streams stay open, so that waiting for one to end would be waiting in vain. */
export const STREAM_PLACES: PlaceLimits = {
  connection: 8,
  person: 16,
  address: 256,
  total: 2_000,
  waiting: 0,
  present: 256,
};

/** Requests that may wait, of everybody together. */
const MOST_WAITING = 4_000;

/**
 * Takes one request out of the count. Safe to call twice.
 * @param rest Milliseconds until its connection and its person get the place back. Everybody else gets it at once.
 */
export type Leave = (rest?: number) => void;

interface Waiting {
  client: Client;
  admit: () => void;
}

/**
 * Shares a bounded number of places fairly. Whoever has a place left of their own goes in at once; when places are
 * scarce, a place that is given back goes to the addresses in turn, and within an address to its people in turn. So a
 * request waits for those of its own connection, person and address, and for one of each other address at most. Requests
 * of one connection go in order.
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

  /** Requests that are under way. */
  get underWay(): number {
    return this.#total;
  }

  /**
   * Resolves when the request may go on.
   * @param response Whose client may leave while it waits; then nobody waits in its place.
   * @throws PublicError 503 `overloaded`, with `Retry-After`, also to a client that left while it waited
   */
  async enter(client: Client, response: ServerResponse): Promise<Leave> {
    if (this.#hasPlaceFor(client)) this.#count(client, 1);
    else await this.#turn(client, response);
    let left = false;
    return (rest = 0) => {
      if (left) return;
      left = true;
      this.#countForAll(client, -1);
      if (rest === 0) this.#countForOne(client, -1);
      else setTimeout(() => this.#endRest(client), rest).unref();
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
    this.#countForOne(client, change);
  }

  #countForAll({ address }: Client, change: 1 | -1): void {
    this.#total += change;
    this.#addresses.add(address, change);
    this.#presentAt.add(address, change);
  }

  #countForOne({ connection, person }: Client, change: 1 | -1): void {
    this.#connections.add(connection, change);
    this.#people.add(person, change);
  }

  #endRest(client: Client): void {
    this.#countForOne(client, -1);
    while (this.#admitNext());
  }

  /** Resolves when a place was taken for the request. */
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

  /** Lets one in whose turn it is, and puts its person and address at the end. Returns whether there was one. */
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

/** How many there are of each key. Keys without any are forgotten. */
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
  if (value === undefined) return;
  map.delete(key);
  map.set(key, value);
}

/** 503: the client has as much under way as it may have, or everybody together has. */
export function overloaded(
  message = 'Too many requests are under way at once. Wait for some of them to finish, then try again.',
): PublicError {
  return new PublicError(503, 'overloaded', message, { headers: { 'Retry-After': '1' } });
}
