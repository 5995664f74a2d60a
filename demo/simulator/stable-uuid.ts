import { createHash } from 'node:crypto';

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
