import type { Environment, TradeUpdate } from '../../../server/contract.ts';
import type { Account } from '../trading/account.ts';
import type { TradeStream } from './trade-stream.ts';

/** Which streams are meant. All that are open when nothing is given. */
interface StreamTarget {
  environment?: Environment | undefined;
  /** An account's id. Only streams that are authenticated have one. */
  accountId?: string | undefined;
}

/** The streams that are open, of all accounts. */
export class TradeStreams {
  readonly #open = new Set<TradeStream>();

  add(stream: TradeStream): void {
    this.#open.add(stream);
  }

  remove(stream: TradeStream): void {
    this.#open.delete(stream);
  }

  select({ environment, accountId }: StreamTarget = {}): TradeStream[] {
    return [...this.#open].filter(
      (stream) =>
        stream.environment === (environment ?? stream.environment) &&
        stream.accountId === (accountId ?? stream.accountId),
    );
  }

  /** Tells an account's listeners, each of them: a person has several tabs and apps. */
  announce(account: Account, update: TradeUpdate): void {
    for (const stream of this.select({ accountId: account.id })) stream.announce(update);
  }
}
