import type { Account, Position } from './alpaca-answers.ts';
import { Decimal } from './decimal.ts';

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

/** What a position is worth at a price. Amounts are decimal strings, null where they are not known. */
interface PositionValue {
  price: string | null;
  value: string | null;
  /** Profit or loss against the average price that was paid. */
  gain: string | null;
  /** The same as a fraction of what was paid: 0.01 is one percent. */
  gainFraction: string | number | null;
}

/**
 * Values a position at the latest price. Without one, and for what is not a share (an option's price counts a hundred
 * times), it is worth what Alpaca said last.
 */
export function valuePosition(position: Position, latest: string | undefined): PositionValue {
  const price = position.asset_class === 'us_equity' ? Decimal.of(latest) : undefined;
  const [qty, paid] = [Decimal.of(position.qty), Decimal.of(position.avg_entry_price)];
  if (!price || !qty || !paid) return asAnswered(position);
  const gain = price.minus(paid).times(qty);
  const fraction = gain.over(paid.times(qty));
  return {
    price: String(price),
    value: String(price.times(qty)),
    gain: String(gain),
    // A short position costs a negative amount; its gain is still a gain.
    gainFraction: fraction === null ? null : fraction * Math.sign(Number(qty)),
  };
}

function asAnswered(position: Position): PositionValue {
  return {
    price: position.current_price,
    value: position.market_value,
    gain: position.unrealized_pl,
    gainFraction: position.unrealized_plpc,
  };
}
