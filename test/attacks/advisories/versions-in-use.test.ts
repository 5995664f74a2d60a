import { describe, expect, it } from 'vitest';
import lock from '../../../package-lock.json' with { type: 'json' };

/** What a package must be at least, because of what was found in earlier ones. */
const FLOORS: readonly (readonly [name: string, floor: string, why: string])[] = [
  ['undici', '7.24.0', 'CVE-2026-1525, duplicate Content-Length; CVE-2026-22036, CVE-2026-2229'],
  ['express-session', '1.18.2', 'CVE-2025-7339, by on-headers'],
  ['on-headers', '1.1.0', 'CVE-2025-7339, header arrays changed behind the back'],
  ['express-rate-limit', '8.3.0', 'CVE-2026-30827, one bucket for everybody on IPv4'],
  ['ws', '8.17.1', 'CVE-2024-37890, a crash by many headers'],
  ['path-to-regexp', '8.0.0', 'CVE-2026-4867, slow matching'],
  ['express', '5.0.0', 'path-to-regexp 8'],
];
/** Known for what this server must not do, and unpatched. */
const BANNED = ['http-proxy', 'http-proxy-middleware', 'express-http-proxy', 'cookie-session'];

interface Entry {
  version?: string;
  dev?: boolean;
}
const installed = Object.entries(lock.packages as Record<string, Entry>)
  .filter(([path, { dev }]) => path !== '' && dev !== true)
  .map(([path, { version = '0' }]) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 13),
    version,
  }));

/*
 * An advisory was fixed upstream and a nested copy of the old version is installed all the same. Every copy that runs on the
 * server counts, not only the one that package.json names.
 */
describe('the packages that run on the server', () => {
  it.each(FLOORS)('%s is %s or newer in every copy (%s)', (wanted, floor) => {
    const copies = installed.filter(({ name }) => name === wanted);
    expect(copies.length).toBeGreaterThan(0);
    for (const { version } of copies) expect(isAtLeast(version, floor), `${wanted} ${version}`).toBe(true);
  });

  it.each(BANNED)('%s is not among them', (banned) => {
    expect(installed.filter(({ name }) => name === banned)).toEqual([]);
  });
});

function isAtLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0;
}
