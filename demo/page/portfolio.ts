import type { Account, Position } from './alpaca-answers.ts';
import { Decimal } from './decimal.ts';
import { type PositionValue, valuePosition } from './value-position.ts';

/** What the account was worth and held when Alpaca was asked. Both answers belong together. */
export interface Holdings {
  account: Account;
  positions: readonly Position[];
}

export interface ValuedPosition extends PositionValue {
  position: Position;
}

/** The holdings at the latest prices. Tells `change` whenever something of it did. */
export class Portfolio extends EventTarget {
  #holdings: Holdings | undefined;
  readonly #prices = new Map<string, string>();

  /** Undefined until Alpaca answered for the first time. */
  get holdings(): Holdings | undefined {
    return this.#holdings;
  }

  /** Alpaca's newest answer. */
  set holdings(holdings: Holdings | undefined) {
    this.#holdings = holdings;
    this.dispatchEvent(new Event('change'));
  }

  get positions(): ValuedPosition[] {
    const positions = this.#holdings?.positions ?? [];
    return positions.map((position) => ({
      position,
      ...valuePosition(position, this.#prices.get(position.symbol)),
    }));
  }

  /** What Alpaca said the account is worth, and what its positions gained since. */
  get equity(): string | undefined {
    if (this.#holdings === undefined) return undefined;
    let equity = Decimal.of(this.#holdings.account.equity);
    for (const { position, value } of this.positions) {
      const [now, then] = [Decimal.of(value), Decimal.of(position.market_value)];
      if (now && then) equity = equity?.plus(now.minus(then));
    }
    return equity?.toString();
  }

  /** @param prices the latest ones, by symbol, as decimal strings */
  reprice(prices: ReadonlyMap<string, string>): void {
    for (const [symbol, price] of prices) this.#prices.set(symbol, price);
    this.dispatchEvent(new Event('change'));
  }
}
