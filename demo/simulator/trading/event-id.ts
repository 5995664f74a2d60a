import { randomBytes } from 'node:crypto';

/** Crockford's alphabet: without I, L, O and U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_BITS = 80n;

let latest = 0n;

/**
 * A ULID, as Alpaca's events carry: 48 bits of time and 80 random ones, in 26 characters. Each one sorts after those before
 * it, those of the same millisecond too.
 * @param time milliseconds since 1970
 */
export function eventId(time: number): string {
  const random = BigInt(`0x${randomBytes(10).toString('hex')}`);
  const id = (BigInt(time) << RANDOM_BITS) | random;
  latest = id > latest ? id : latest + 1n;
  return encode(latest);
}

function encode(id: bigint): string {
  return Array.from(
    { length: 26 },
    (_, index) => DIGITS[Number((id >> BigInt(5 * (25 - index))) & 31n)],
  ).join('');
}
