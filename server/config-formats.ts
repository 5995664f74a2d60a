import { isIP, isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

/**
 * How the text of a variable becomes a value. Each function here makes a zod schema, or is the parser of one; a parser
 * answers undefined for what it does not accept. Every message says what to do, and none repeats the value.
 */

/** A schema from a parser and the message for what the parser does not accept. */
export function parsed<T>(parse: (text: string) => T | undefined, message: string) {
  return z.string().transform((text, context) => {
    const value = parse(text.trim());
    if (value === undefined) {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return value;
  });
}

/** Text that somebody pasted from an example. */
const PLACEHOLDER =
  /^(?:|undefined|null|none|todo|test)$|[<>\s]|your[-_ ]|change[-_ ]?me|example|placeholder|xxxx/i;

/** A value that Alpaca issued, copied from the page of the app. */
export function issued(missing: string, what: string) {
  return z
    .string(missing)
    .trim()
    .refine((text) => !PLACEHOLDER.test(text), `is a placeholder. Copy the ${what} of your app into it.`);
}

/** Alpaca's trading API keys start with PK (paper), AK (live) or CK (broker). They are no OAuth credentials. */
const API_KEY = /^[PAC]K[A-Z0-9]{14,}$/;

export function isTradingApiKey(text: string): boolean {
  return API_KEY.test(text);
}

/** One of the words, or the first of them when the variable is not set. */
export function oneOf<const Word extends string>(words: readonly [Word, ...Word[]], message: string) {
  return parsed((text) => words.find((word) => word === text), message).prefault(words[0]);
}

export function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** A list of which every item is accepted. */
export function listOf<T>(parse: (item: string) => T | undefined): (text: string) => T[] | undefined {
  return (text) => {
    const items = list(text).map(parse);
    return items.includes(undefined) ? undefined : (items as T[]);
  };
}

/** A whole number from 1 to `most`. */
export function count(standard: string, most = 9_999_999) {
  return parsed(
    (text) => (/^[1-9]\d{0,6}$/.test(text) && Number(text) <= most ? Number(text) : undefined),
    `must be a whole number between 1 and ${most}. Leave it out for ${standard}.`,
  ).prefault(standard);
}

const LONGEST_DURATION = 90 * 86_400_000;
const DURATION_UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `12h`, in milliseconds. */
export function duration(standard: string) {
  return parsed((text) => {
    const match = /^([1-9]\d{0,5})([smhd])$/.exec(text);
    if (!match?.[1] || !match[2]) return undefined;
    const length = Number(match[1]) * DURATION_UNITS[match[2] as keyof typeof DURATION_UNITS];
    return length <= LONGEST_DURATION ? length : undefined;
  }, `must be a number with a unit, such as 30m, 12h or 7d, and at most 90d. Leave it out for ${standard}.`).prefault(
    standard,
  );
}

/**
 * True for a host that is this machine, where plain http is accepted: nothing crosses a network, and browsers count it as
 * trustworthy (W3C Secure Contexts section 3.1). `URL` has normalised the host: IPv4 is dotted decimal, names lower case.
 */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** An https URL, or an http one on loopback, without credentials and fragment. */
function secureUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)) ? url : undefined;
}

/** The origin that an address is, when it is nothing more. */
export function originOf(text: string): string | undefined {
  const url = secureUrl(text);
  const plain = url?.pathname === '/' && url.search === '' && !url.host.includes('*');
  return plain ? url.origin : undefined;
}

/** The attempt that holds the page lives in a cookie, and a cookie has room for about 4,000 bytes. */
const LONGEST_PAGE = 1_900;

/** An origin and a path exactly as a browser writes them, so that comparing bytes compares pages. */
export function pageOf(text: string): string | undefined {
  const url = secureUrl(text);
  const exact = url !== undefined && text === url.origin + url.pathname && text.length <= LONGEST_PAGE;
  return exact ? text : undefined;
}

/** An issuer identifier (RFC 8414 section 2), as it was written: issuers are compared byte for byte (RFC 9207 section 2.4). */
export function issuerOf(text: string): string | undefined {
  return secureUrl(text) === undefined || /[?#\s]/.test(text) ? undefined : text;
}

/** Where a link in the page may lead people: to https and nothing else. */
export function publicLink(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPublic = url?.protocol === 'https:' && url.username === '' && url.password === '';
  return isPublic && url.href.length <= 1_000 ? url.href : undefined;
}

/** The word in place of a disclosure text that asks for the paragraph of Alpaca's review. */
export function isReview(text: string): boolean {
  return /^\s*review\s*$/i.test(text);
}

/** An endpoint that gets a query, or a path behind its own: a secure URL without a query. */
export function endpointOf(text: string): URL | undefined {
  const url = secureUrl(text);
  return url?.search === '' ? url : undefined;
}

/** A WebSocket endpoint: the same with `wss:`, or `ws:` on loopback. */
export function socketOf(text: string): URL | undefined {
  const url = /^wss?:/i.test(text) ? endpointOf(text.replace(/^ws/i, 'http')) : undefined;
  return url && new URL(url.href.replace(/^http/, 'ws'));
}

/** One of Alpaca's endpoints. */
export function upstreamUrl(standard: string) {
  return parsed((text) => {
    const url = endpointOf(text);
    return url && !/\/v\d/.test(url.pathname) ? url : undefined;
  }, `must be an https URL without a query and without /v2 (http only on localhost). Leave it out for Alpaca's own, ${standard}.`).prefault(
    standard,
  );
}

/** One of Alpaca's WebSocket endpoints. Undefined when it is not set. */
export function streamUrl(standard: string) {
  return parsed(
    socketOf,
    `must be a wss URL without a query (ws only on localhost). Leave it out for Alpaca's own, ${standard}.`,
  ).optional();
}

/**
 * 32 random bytes from base64 or hexadecimal text, or undefined when they are something else: a passphrase can be read
 * as base64 too, but does not come out as it went in, and bytes that were typed, repeated or counted up have few
 * different values or few different distances (32 random ones have about 30 of each).
 */
export function sessionKey(text: string): Uint8Array | undefined {
  const isHex = /^[0-9a-f]{64}$/i.test(text);
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64');
  if (bytes.length !== 32 || (!isHex && bytes.toString('base64') !== text)) return undefined;
  const distances = new Set(bytes.map((byte, index) => byte - (bytes[index - 1] ?? 0)));
  return new Set(bytes).size >= 20 && distances.size >= 20 ? bytes : undefined;
}

/**
 * What `TRUST_PROXY` says: how many proxies are in front, or which addresses they have. Undefined for anything else,
 * `true` and a subnet of everybody included: whoever is trusted may claim any address and scheme (RFC 9700 section 4.13).
 */
export function trustedProxies(text: string): false | number | string[] | undefined {
  if (text === '' || text === 'false') return false;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const addresses = text.split(',').map((item) => item.trim());
  return addresses.every(isProxyAddress) ? addresses : undefined;
}

function isProxyAddress(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', prefix, ...rest] = text.split('/');
  const longest = { 4: 32, 6: 128 }[isIP(address)];
  if (longest === undefined || rest.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= longest);
}

const REDIS_DATABASE = /^\/?$|^\/\d{1,4}$/;
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
  // The Redis client decodes both, and would throw on a lone `%`.
  const isDecodable = [url.username, url.password].every(decodes);
  if (!REDIS_DATABASE.test(url.pathname) || !isDecodable) return undefined;
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

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** An IP address and a port, as in `127.0.0.1:9464` and `[::1]:9464`. Of a host name one would have to guess which interface it is. */
export function listenAddress(text: string): { host: string; port: number } | undefined {
  const [, inBrackets, plain, digits] = /^(?:\[([\da-f:.]+)\]|([\d.]+)):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  const isAddress = inBrackets === undefined ? isIPv4(plain ?? '') : isIPv6(inBrackets);
  return isAddress && port <= 65_535 ? { host: inBrackets ?? plain ?? '', port } : undefined;
}
