/** A number as Alpaca writes it: a string without exponent and without trailing zeros. */
export function decimal(value: number, places = 2): string {
  const text = round(value, places).toFixed(places);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Rounds to a number of decimal places; never to minus zero. */
export function round(value: number, places = 2): number {
  return Number(value.toFixed(places)) + 0;
}

/** `decimal`, for fields that may be null. */
export function decimalOrNull(value: number | null, places = 2): string | null {
  return value === null ? null : decimal(value, places);
}
