/**
 * An exact decimal number. Money is added and multiplied digit by digit: 0.1 + 0.2 is 0.3 here, and a balance never passes
 * through a float.
 */
export class Decimal {
  /** The value times ten to the power of `#places`. */
  readonly #units: bigint;
  readonly #places: number;

  private constructor(units: bigint, places: number) {
    this.#units = units;
    this.#places = places;
  }

  /** Reads what Alpaca writes: a decimal string, or a number in market data. Undefined for anything else. */
  static of(amount: string | number | null | undefined): Decimal | undefined {
    const [, sign, whole, fraction = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(String(amount)) ?? [];
    if (whole === undefined) return undefined;
    const units = BigInt(whole + fraction);
    return new Decimal(sign === '-' ? -units : units, fraction.length);
  }

  plus(other: Decimal): Decimal {
    const places = Math.max(this.#places, other.#places);
    return new Decimal(this.#unitsAt(places) + other.#unitsAt(places), places);
  }

  minus(other: Decimal): Decimal {
    return this.plus(new Decimal(-other.#units, other.#places));
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.#units * other.#units, this.#places + other.#places);
  }

  /** A ratio, for percentages: the one thing that may be rounded. Null when the other is zero. */
  over(other: Decimal): number | null {
    return other.#units === 0n ? null : Number(this) / Number(other);
  }

  /** As Alpaca writes it, without an exponent: `-1234.50`. */
  toString(): string {
    const digits = String(this.#units)
      .replace('-', '')
      .padStart(this.#places + 1, '0');
    const whole = digits.slice(0, digits.length - this.#places);
    const fraction = this.#places === 0 ? '' : `.${digits.slice(-this.#places)}`;
    return `${this.#units < 0n ? '-' : ''}${whole}${fraction}`;
  }

  #unitsAt(places: number): bigint {
    return this.#units * 10n ** BigInt(places - this.#places);
  }
}
