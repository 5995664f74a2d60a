import { createHash, randomBytes } from 'node:crypto';

/** The same UUID for the same name, always: ids of assets and accounts must survive a restart. RFC 9562 section 5.8. */
export function stableUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/**
 * A ULID that is the same for the same time and name, always: whoever resumes a stream names an event by its id.
 *
 * @param time milliseconds since 1970, by which ids sort
 */
export function stableUlid(time: number, name: string): string {
  return ulid(ulidBits(time, createHash('sha256').update(name).digest('hex').slice(0, 20)));
}

let latest = 0n;

/**
 * A ULID, as Alpaca's events carry. Each one sorts after those before it, those of the same millisecond too.
 *
 * @param time milliseconds since 1970
 */
export function eventId(time: number): string {
  const bits = ulidBits(time, randomBytes(10).toString('hex'));
  latest = bits > latest ? bits : latest + 1n;
  return ulid(latest);
}

/** The 128 bits of a ULID: 48 of time, in milliseconds since 1970, and 80 others, in hexadecimal. */
function ulidBits(time: number, others: string): bigint {
  return (BigInt(time) << 80n) | BigInt(`0x${others}`);
}

/** Crockford's alphabet: without I, L, O and U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID as text: 26 characters, which sort as the bits do. */
function ulid(bits: bigint): string {
  return Array.from(
    { length: 26 },
    (_, index) => DIGITS[Number((bits >> BigInt(5 * (25 - index))) & 31n)],
  ).join('');
}
