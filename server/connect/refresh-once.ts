import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { RecordStore } from '../session/records.ts';
import { steadyNow } from '../session/steady-clock.ts';
import { type Renewal, RenewedToken } from '../stored-connection.ts';
import { isInvalidGrant } from './alpaca-oauth.ts';

/** What came of a refresh, as it is sealed for whoever else wants it. */
const Settled = z.union([
  z.object({ renewed: RenewedToken }),
  /** The provider no longer knows the refresh token. */
  z.object({ refused: z.literal(true) }),
  /** It failed otherwise: nothing changed, and it is tried again from then on. Milliseconds since the epoch. */
  z.object({ retryAt: z.number(), failures: z.number() }),
]);
type Settled = z.infer<typeof Settled>;

/** Somebody is refreshing now, unless their process has died. */
const Claim = z.object({ claimedBy: z.string(), until: z.number(), failures: z.number() });

const RefreshRecord = z.union([Claim, Settled]);

/** `gone`: the connection was ended meanwhile. */
type RefreshOutcome = Settled | { gone: true };

/** In milliseconds. */
export interface RefreshTimes {
  /** How long a claim holds: longer than a token call and the writes around it can take. */
  lease: number;
  /** How often whoever waits for another one's refresh looks. */
  lookEvery: number;
  /** How long a new token is tried to be stored while the store fails. */
  storing: number;
  /** Before the second try; twice as long each time. */
  shortestRetry: number;
  longestRetry: number;
}

const REFRESH_TIMES: RefreshTimes = {
  lease: 30_000,
  lookEvery: 100,
  storing: 15_000,
  shortestRetry: 5_000,
  longestRetry: 60_000,
};

/** By how much the clocks of two servers may differ. Milliseconds. */
const CLOCK_SKEW = 2 * 60_000;

interface RefreshesOptions {
  records: RecordStore;
  /** How long the record of a refresh is kept, in milliseconds: as long as an unused session that still has the old token. */
  keptFor: number;
  times?: Partial<RefreshTimes>;
  now?: () => number;
}

/** What a refresh needs, and whom it tells. */
interface RefreshParts {
  /** Asks the provider. */
  refresh: () => Promise<RenewedToken>;
  /** Told of a failure that is no refusal, and in how many milliseconds it is tried again. */
  onFailure: (error: unknown, retryIn: number) => void;
  /** Told of a new token that nobody may use any more, because the connection was ended meanwhile. */
  onUnused: (renewed: RenewedToken) => void;
}

/**
 * One refresh token, one refresh, however many servers there are: a provider that rotates refresh tokens takes each once, and may end
 * everything when it sees one twice (RFC 9700 section 4.14.2). Whoever comes second uses what the first one got. A process that dies
 * in between costs a wait of `lease`, and then the refresh token is tried once more.
 */
export class Refreshes {
  readonly #records: RecordStore;
  readonly #keptFor: number;
  readonly #times: RefreshTimes;
  readonly #now: () => number;

  constructor({ records, keptFor, times, now = steadyNow }: RefreshesOptions) {
    this.#records = records;
    this.#keptFor = keptFor;
    this.#times = { ...REFRESH_TIMES, ...times };
    this.#now = now;
  }

  /** Makes the refresh, or waits for the one that was begun. @throws PublicError 503 `session_store_unavailable` */
  async once(renewal: Renewal, parts: RefreshParts): Promise<RefreshOutcome> {
    const id = recordId(renewal);
    const by = randomUUID();
    let seen = { claim: '', at: 0 };
    for (let misses = 0; misses < 2; ) {
      const found = await this.#records.read('refresh', id);
      const record = found && RefreshRecord.safeParse(found.value).data;
      if (record && 'claimedBy' in record) {
        if (record.claimedBy !== seen.claim) seen = { claim: record.claimedBy, at: performance.now() };
        if (this.#mayBeAlive(record, seen.at)) {
          await sleep(this.#times.lookEvery);
          continue;
        }
      } else if (record && !('retryAt' in record && record.retryAt <= this.#now())) return record;
      const failures = record && 'failures' in record ? record.failures : 0;
      const claim = { claimedBy: by, until: this.#now() + this.#times.lease, failures };
      const isOurs = found
        ? await this.#records.replace('refresh', id, found.sealed, claim, this.#expires())
        : await this.#records.create('refresh', id, claim, this.#expires());
      if (isOurs) {
        const outcome = await this.#remember(id, by, await this.#ask(failures, parts), parts);
        // The record of the refresh before holds what was just used. A failure here only keeps it until it expires.
        if (!('retryAt' in outcome)) await this.#forgetBefore(renewal).catch(() => {});
        return outcome;
      }
      // Either somebody was faster, which the next look shows, or it was ended.
      if (found === undefined) misses += 1;
    }
    return { gone: true };
  }

  /**
   * Sees to it that nobody refreshes any more, and that what is on its way is not used: the connection was ended.
   * @returns the token that has taken its place already, if there is one
   */
  async end(renewal: Renewal): Promise<RenewedToken | undefined> {
    const id = recordId(renewal);
    const found = await this.#records.read('refresh', id);
    await this.#records.remove('refresh', id, this.#expires());
    await this.#forgetBefore(renewal);
    const record = found && RefreshRecord.safeParse(found.value).data;
    return record && 'renewed' in record ? record.renewed : undefined;
  }

  /** Whether it was ended, or is so old that no session can want it. */
  async isGone(renewal: Renewal): Promise<boolean> {
    return (await this.#records.read('refresh', recordId(renewal))) === undefined;
  }

  /** Deletes what the refresh brought that made this one's tokens: they are in the store once more there. */
  async #forgetBefore({ family, generation }: Renewal): Promise<void> {
    const before = { family, generation: generation - 1 };
    if (generation > 0) await this.#records.remove('refresh', recordId(before), this.#expires());
  }

  /** A server whose clock is ahead must not take the claim of another one for an old one, so it also waits by its own watch. */
  #mayBeAlive({ until }: z.infer<typeof Claim>, seenAt: number): boolean {
    return performance.now() - seenAt < this.#times.lease && this.#now() < until + CLOCK_SKEW;
  }

  async #ask(failures: number, { refresh, onFailure }: RefreshParts): Promise<Settled> {
    try {
      return { renewed: await refresh() };
    } catch (error) {
      if (isInvalidGrant(error)) return { refused: true };
      const { shortestRetry, longestRetry } = this.#times;
      const limit = Math.min(shortestRetry * 2 ** Math.min(failures, 20), longestRetry);
      const retryIn = Math.round(limit * (0.5 + Math.random() / 2));
      onFailure(error, retryIn);
      return { failures: failures + 1, retryAt: this.#now() + retryIn };
    }
  }

  /**
   * Stores what came of it. A new token is stored in any case, and tried for as long as the claim holds: the old refresh token may be
   * worth nothing by now. Anything else only while the claim is still ours.
   */
  async #remember(id: string, by: string, outcome: Settled, parts: RefreshParts): Promise<RefreshOutcome> {
    const giveUp = performance.now() + this.#times.storing;
    for (;;) {
      try {
        const found = await this.#records.read('refresh', id);
        if (found === undefined) {
          if ('renewed' in outcome) parts.onUnused(outcome.renewed);
          return { gone: true };
        }
        const record = RefreshRecord.safeParse(found.value).data;
        const isOurs = record && 'claimedBy' in record && record.claimedBy === by;
        if (!isOurs && !('renewed' in outcome)) {
          return record && !('claimedBy' in record) ? record : { failures: 0, retryAt: this.#now() };
        }
        if (await this.#records.replace('refresh', id, found.sealed, outcome, this.#expires()))
          return outcome;
      } catch (error) {
        if (performance.now() >= giveUp) throw error;
        await sleep(this.#times.lookEvery);
      }
    }
  }

  #expires(): number {
    return this.#now() + this.#keptFor;
  }
}

function recordId({ family, generation }: Pick<Renewal, 'family' | 'generation'>): string {
  return `${family}:${generation}`;
}
