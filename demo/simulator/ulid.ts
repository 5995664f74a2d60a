/** Crockford's alphabet: without I, L, O and U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const OTHER_BITS = 80n;

/** The 128 bits of a ULID: 48 of time, in milliseconds since 1970, and 80 others, in hexadecimal. */
export function ulidBits(time: number, others: string): bigint {
  return (BigInt(time) << OTHER_BITS) | BigInt(`0x${others}`);
}

/** A ULID as text: 26 characters, which sort as the bits do. */
export function ulid(bits: bigint): string {
  return Array.from(
    { length: 26 },
    (_, index) => DIGITS[Number((bits >> BigInt(5 * (25 - index))) & 31n)],
  ).join('');
}
