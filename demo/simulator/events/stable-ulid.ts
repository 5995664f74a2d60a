import { createHash } from 'node:crypto';

/** Crockford's alphabet: without I, L, O and U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A ULID that is the same for the same time and name, always: whoever resumes a stream names an event by its id.
 *
 * @param time milliseconds since 1970, by which ids sort
 */
export function stableUlid(time: number, name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 20);
  const id = (BigInt(time) << 80n) | BigInt(`0x${hash}`);
  return Array.from({ length: 26 }, (_, index) => DIGITS[Number((id >> BigInt(125 - 5 * index)) & 31n)]).join(
    '',
  );
}
