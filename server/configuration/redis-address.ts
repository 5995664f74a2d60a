import { isIPv4, isIPv6 } from 'node:net';

const DATABASE = /^\/?$|^\/\d{1,4}$/;
/** RFC 1918, RFC 4193, and this machine. */
const PRIVATE_IPV4 = /^(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./;
const PRIVATE_IPV6 = /^(?:::1$|f[cd])/;
/** A name without a dot, as containers have, or of a zone that is never public (RFC 6762, ICANN's .internal, Kubernetes). */
const PRIVATE_NAME = /^[^.]+$|\.(?:local|internal|svc)$/;

/**
 * The address of a Redis, or undefined. The password crosses the network in the clear without TLS, so plain `redis://`
 * is for this machine and for names and addresses that can only be of a private network.
 */
export function redisAddress(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '' || url.search !== '' || url.hash !== '') return undefined;
  if (!DATABASE.test(url.pathname) || !isDecodable(url.username) || !isDecodable(url.password))
    return undefined;
  return url.protocol === 'rediss:' || (url.protocol === 'redis:' && isPrivate(url.hostname))
    ? url
    : undefined;
}

function isPrivate(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '');
  if (isIPv4(host)) return PRIVATE_IPV4.test(host);
  if (isIPv6(host)) return PRIVATE_IPV6.test(host);
  return PRIVATE_NAME.test(host);
}

/** The Redis client decodes them, and would throw on a lone `%`. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
