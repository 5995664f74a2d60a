import type { Position } from './alpaca-answers.ts';
import { Decimal } from './decimal.ts';

/** What a position is worth at a price. Amounts are decimal strings, null where they are not known. */
export interface PositionValue {
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
