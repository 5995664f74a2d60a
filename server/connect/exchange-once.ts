import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ServerErrorCode } from '../contract.ts';
import { PublicError, publicErrorOf } from '../http/errors.ts';
import type { RecordStore } from '../session/records.ts';
import type { StoredConnection } from '../stored-connection.ts';
import { isInvalidGrant } from './alpaca-oauth.ts';
import type { Grant } from './grant.ts';
import { alreadyCompleted } from './refusals.ts';

/** What came of an exchange, as it is sealed for whoever asks again. */
const Outcome = z.union([
  z.object({ session: z.string() }),
  z.object({
    refusal: z.object({ status: z.number(), code: z.string(), message: z.string() }),
    /** SHA-256 of the code, when Alpaca did not know it. */
    unknownCode: z.string().optional(),
  }),
]);
type Outcome = z.infer<typeof Outcome>;

/** What an exchange makes: a session, by its id, and the connections in it. */
interface Made {
  session: string;
  connections: readonly StoredConnection[];
}

/** What is known after an exchange. `made` is absent when another request made it. */
interface Exchanged {
  session: string;
  made?: Made['connections'];
}

/** How long a request waits for what comes of the exchange of another one. Milliseconds. */
const PATIENCE = 30_000;
/** How often it looks meanwhile. Milliseconds. */
const LOOK_EVERY = 250;

/**
 * One attempt, one exchange, however many grants it got, posts arrive at once, and servers there are. Whoever asks again, because
 * the answer was lost on its way, is told what came of it. A provider that redirects twice may have made the first of its two codes
 * void: after that, one other code of the attempt may be tried.
 */
export class Exchanges {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /** Whether the exchange of this attempt was begun. */
  async hasBegun({ attempt }: Pick<Grant, 'attempt'>): Promise<boolean> {
    return (await this.#records.read('grant', attempt)) !== undefined;
  }

  /**
   * Makes the exchange, or waits for the one that was begun before.
   * @param isAwaited Whether anybody still waits for the answer.
   * @throws PublicError what `exchange` was refused for; 409 `exchange_failed` when it is not known what came of it.
   */
  async once(
    grant: Grant,
    code: string,
    exchange: () => Promise<Made>,
    isAwaited: () => boolean,
  ): Promise<Exchanged> {
    const { attempt, attemptEnds } = grant;
    const codeHash = hash('sha256', code);
    if (await this.#records.claim('grant', attempt, attemptEnds)) {
      return this.#exchange(attempt, grant, codeHash, exchange);
    }
    const first = await this.#outcomeOf(attempt, isAwaited);
    const isOther = 'refusal' in first && first.unknownCode !== undefined && first.unknownCode !== codeHash;
    if (!isOther) return repeated(first);
    const second = `${attempt}:second`;
    if (await this.#records.claim('grant', second, attemptEnds)) {
      return this.#exchange(second, grant, codeHash, exchange);
    }
    return repeated(await this.#outcomeOf(second, isAwaited));
  }

  async #exchange(
    name: string,
    { attemptEnds }: Grant,
    codeHash: string,
    exchange: () => Promise<Made>,
  ): Promise<Exchanged> {
    // A store that fails here costs only whoever has to ask again.
    const remember = (outcome: Outcome) =>
      this.#records.put('grant', outcomeOf(name), outcome, attemptEnds).catch(() => {});
    try {
      const { session, connections } = await exchange();
      await remember({ session });
      return { session, made: connections };
    } catch (error) {
      const { status, code, message } = publicErrorOf(error);
      const unknownCode = isInvalidGrant(error) ? codeHash : undefined;
      await remember({ refusal: { status, code, message }, unknownCode });
      throw error;
    }
  }

  async #outcomeOf(name: string, isAwaited: () => boolean): Promise<Outcome> {
    const giveUp = performance.now() + PATIENCE;
    do {
      const found = await this.#records.read('grant', outcomeOf(name));
      const outcome = found && Outcome.safeParse(found.value).data;
      if (outcome) return outcome;
      await sleep(LOOK_EVERY);
    } while (performance.now() < giveUp && isAwaited());
    throw alreadyCompleted();
  }
}

function repeated(outcome: Outcome): Exchanged {
  if ('session' in outcome) return { session: outcome.session };
  const { status, code, message } = outcome.refusal;
  throw new PublicError(status, code as ServerErrorCode, message);
}

function outcomeOf(name: string): string {
  return `${name}:outcome`;
}
