import { randomBytes } from 'node:crypto';
import { ulid, ulidBits } from '../ulid.ts';

let latest = 0n;

/**
 * A ULID, as Alpaca's events carry. Each one sorts after those before it, those of the same millisecond too.
 * @param time milliseconds since 1970
 */
export function eventId(time: number): string {
  const bits = ulidBits(time, randomBytes(10).toString('hex'));
  latest = bits > latest ? bits : latest + 1n;
  return ulid(latest);
}
