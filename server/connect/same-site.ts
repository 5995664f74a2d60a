import { isIPv4 } from 'node:net';
import type { Request } from 'express';

/**
 * Whether the page that began this navigation is another one of this server's site, as its browser says. The exchange cannot
 * ask that, because somebody who has stolen a grant can forge every header of it. Browsers without Fetch Metadata do not say
 * it; a page of this server's own origin is known without it (`newAttempt()`).
 */
export function isSameSite({ headers }: Pick<Request, 'headers'>): boolean {
  return headers['sec-fetch-site'] === 'same-site';
}

/**
 * Whether this navigation may have gone through another site on its way from the page: browsers then call it `cross-site`
 * although page and server are of one site, and the grant would be bound to no browser. Only the public suffix list knows
 * where a site ends; here, hosts that share their last two labels count as one site. So two sites below one suffix, such as
 * `a.co.uk` and `b.co.uk`, cannot use redirect mode with each other; they can use the popup.
 */
export function isDetour({ headers }: Pick<Request, 'headers'>, page: URL, server: URL): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && mayShareSite(page, server);
}

function mayShareSite(one: URL, other: URL): boolean {
  if (one.protocol !== other.protocol) return false;
  if (one.hostname === other.hostname) return true;
  return !isIPv4(one.hostname) && lastLabels(one) === lastLabels(other);
}

function lastLabels({ hostname }: URL): string {
  return hostname.split('.').slice(-2).join('.');
}
