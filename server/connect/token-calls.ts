import { hash } from 'node:crypto';
import type { RecordStore } from '../session/records.ts';
import type { Grant } from './grant.ts';
import { alreadyCompleted } from './refusals.ts';

/**
 * One attempt, one token call, however many grants it got, posts arrive at once, and servers there are. A provider that
 * redirects twice may have made the first of its two codes void: after that, one other code of the attempt may be tried.
 */
export class TokenCalls {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /**
   * Takes the attempt's one call, for good.
   * @throws PublicError 409 `exchange_failed` when it was taken before.
   */
  async claim({ attempt, attemptEnds }: Grant, code: string): Promise<void> {
    if (await this.#records.claim('grant', attempt, attemptEnds)) return;
    const refused = (await this.#records.read('grant', refusedCode(attempt)))?.value;
    const isOther = refused !== undefined && refused !== hash('sha256', code);
    if (isOther && (await this.#records.claim('grant', `${attempt}:second`, attemptEnds))) return;
    throw alreadyCompleted();
  }

  /** @throws PublicError 409 `exchange_failed` when the attempt's call was taken. */
  async assertNotClaimed({ attempt }: Grant): Promise<void> {
    if (await this.#records.read('grant', attempt)) throw alreadyCompleted();
  }

  /** Remembers that Alpaca did not know this code. */
  async noteRefused({ attempt, attemptEnds }: Grant, code: string): Promise<void> {
    await this.#records.put('grant', refusedCode(attempt), hash('sha256', code), attemptEnds);
  }
}

function refusedCode(attempt: string): string {
  return `${attempt}:refused`;
}
