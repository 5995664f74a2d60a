import { createHash } from 'node:crypto';
import { ulid, ulidBits } from '../ulid.ts';

/**
 * A ULID that is the same for the same time and name, always: whoever resumes a stream names an event by its id.
 *
 * @param time milliseconds since 1970, by which ids sort
 */
export function stableUlid(time: number, name: string): string {
  return ulid(ulidBits(time, createHash('sha256').update(name).digest('hex').slice(0, 20)));
}
