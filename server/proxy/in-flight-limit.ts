import type { ServerResponse } from 'node:http';
import { PublicError } from '../errors/public-error.ts';

export interface InFlightLimits {
  /** Requests of one connection that may be under way at once. */
  each: number;
  /** Requests of one connection that may wait for that. */
  waiting: number;
  /** Requests of all connections together that may be under way at once. */
  total: number;
}

/** Well above what a page sends at once, and well below what a pool of connections to Alpaca holds. */
export const CALL_LIMITS: InFlightLimits = { each: 24, waiting: 72, total: 2_000 };

/** Event streams stay open, so that waiting for one to end would be waiting in vain. */
export const STREAM_LIMITS: InFlightLimits = { each: 8, waiting: 0, total: 2_000 };

/** Takes one request out of the count. Safe to call twice. */
export type Leave = () => void;

interface Lane {
  underWay: number;
  readonly waiting: (() => void)[];
}

/**
 * Keeps one connection from taking all of the proxy (backend.md P12): each has a lane of its own, in which requests go
 * in order and wait for a bounded while behind each other, and nobody waits behind somebody else.
 */
export class InFlightLimit {
  readonly #limits: InFlightLimits;
  readonly #lanes = new Map<string, Lane>();
  #total = 0;

  constructor(limits: InFlightLimits) {
    this.#limits = limits;
  }

  /**
   * Resolves when the request may go on.
   * @param response Whose client may leave while it waits; then nobody waits in its place.
   * @throws PublicError 503 `overloaded`, with `Retry-After`, also to a client that left while it waited
   */
  async enter(key: string, response: ServerResponse): Promise<Leave> {
    const { each, waiting, total } = this.#limits;
    const lane = this.#lanes.get(key) ?? { underWay: 0, waiting: [] };
    if (this.#total >= total || (lane.underWay >= each && lane.waiting.length >= waiting)) throw overloaded();
    this.#lanes.set(key, lane);
    if (lane.underWay < each) lane.underWay += 1;
    else await turn(lane.waiting, response);
    this.#total += 1;
    return this.#leaveOnce(key, lane);
  }

  #leaveOnce(key: string, lane: Lane): Leave {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#total -= 1;
      const next = lane.waiting.shift();
      // Its place stays taken, by the next one.
      if (next) return next();
      lane.underWay -= 1;
      if (lane.underWay === 0) this.#lanes.delete(key);
    };
  }
}

/** Resolves when a request ahead hands its place over. */
function turn(waiting: (() => void)[], response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const take = (): void => {
      response.off('close', giveUp);
      resolve();
    };
    const giveUp = (): void => {
      waiting.splice(waiting.indexOf(take), 1);
      reject(overloaded());
    };
    if (response.destroyed) return reject(overloaded());
    response.once('close', giveUp);
    waiting.push(take);
  });
}

function overloaded(): PublicError {
  return new PublicError(
    503,
    'overloaded',
    'Too many requests are under way at once. Wait for some of them to finish, then try again.',
    { headers: { 'Retry-After': '1' } },
  );
}
