import { z } from 'zod';
import type { Environment } from '../contract.ts';
import { operations } from '../operations.ts';
import type { LiveRule } from './configuration.ts';
import { isLoopback } from './is-loopback.ts';
import { redisAddress } from './redis-address.ts';
import { sessionKey } from './session-key.ts';
import { trustedProxies } from './trusted-proxies.ts';

/**
 * One zod schema per environment variable, from its text to its value. Every message says what to do.
 * A cloner who adds a setting adds it here, in `configuration.ts` and in `.env.example`.
 */

const ALPACA_SCOPES = ['account:write', 'trading', 'data'];
const PLACEHOLDER =
  /^(?:|undefined|null|none|todo|test)$|[<>\s]|your[-_ ]|change[-_ ]?me|example|placeholder|xxxx/i;
// alpaca.md: trading API keys start with PK (paper), AK (live) or CK (broker) and are not OAuth credentials.
const API_KEY = /^[PAC]K[A-Z0-9]{14,}$/;

function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function secureUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)) ? url : undefined;
}

function parsed<T>(parse: (text: string) => T | undefined, message: string) {
  return z.string().transform((text, context) => {
    const value = parse(text.trim());
    if (value === undefined) {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return value;
  });
}

const upstreamUrl = (standard: string) =>
  parsed((text) => {
    const url = secureUrl(text);
    return url?.search === '' && !/\/v\d/.test(url.pathname) ? url : undefined;
  }, `must be an https URL without a query and without /v2 (http only on localhost). Leave it out for Alpaca's own, ${standard}.`).prefault(
    standard,
  );

const streamUrl = (standard: string) =>
  parsed((text) => {
    const url = /^wss?:/i.test(text) ? secureUrl(text.replace(/^ws/i, 'http')) : undefined;
    return url?.search === '' ? new URL(url.href.replace(/^http/, 'ws')) : undefined;
  }, `must be a wss URL without a query (ws only on localhost). Leave it out for Alpaca's own, ${standard}.`).optional();

const originOf = (text: string): string | undefined => {
  const url = secureUrl(text);
  const plain = url?.pathname === '/' && url.search === '' && !url.host.includes('*');
  return plain ? url.origin : undefined;
};

/** The attempt that holds the page lives in a cookie, and a cookie has room for about 4,000 bytes. */
const LONGEST_PAGE = 1_900;

/** Whether the text is an origin and a path exactly as a browser writes them, so that comparing bytes compares pages. */
function isPage(text: string): boolean {
  const url = secureUrl(text);
  return url !== undefined && text === url.origin + url.pathname && text.length <= LONGEST_PAGE;
}

const LONGEST_DURATION = 90 * 86_400_000;
const DURATION_UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const duration = (standard: string) =>
  parsed((text) => {
    const match = /^([1-9]\d{0,5})([smhd])$/.exec(text);
    if (!match?.[1] || !match[2]) return undefined;
    const length = Number(match[1]) * DURATION_UNITS[match[2] as keyof typeof DURATION_UNITS];
    return length <= LONGEST_DURATION ? length : undefined;
  }, `must be a number with a unit, such as 30m, 12h or 7d, and at most 90d. Leave it out for ${standard}.`).prefault(
    standard,
  );

const CLOSED_OPERATIONS = operations
  .filter(([, , , scope]) => scope === 'undocumented')
  .map(([, method, path]) => `${method} ${path}`);

const perMinute = (standard: string) =>
  parsed(
    (text) => (/^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined),
    `must be a whole number between 1 and 9999999. Leave it out for ${standard}.`,
  ).prefault(standard);

const KEY_COMMAND = 'node -p "crypto.randomBytes(32).toString(\'base64\')"';

export const variables = z.object({
  ALPACA_CLIENT_ID: z
    .string('is missing. Copy the client id of your app from https://app.alpaca.markets/connect.')
    .trim()
    .refine((id) => !API_KEY.test(id), {
      error:
        'is a trading API key. OAuth needs the client id of an app, from https://app.alpaca.markets/connect.',
      abort: true,
    })
    .refine((id) => !PLACEHOLDER.test(id), 'is a placeholder. Copy the client id of your app into it.'),

  ALPACA_CLIENT_SECRET: z
    .string('is missing. Copy the client secret of your app, or name a file in ALPACA_CLIENT_SECRET_FILE.')
    .trim()
    .refine(
      (secret) => !PLACEHOLDER.test(secret),
      'is a placeholder. Copy the client secret of your app into it.',
    ),

  PUBLIC_URL: z
    .string(
      'is missing. Set the address under which browsers reach this server, such as https://app.yoursite.com.',
    )
    .pipe(
      parsed((text) => {
        const origin = originOf(text);
        return origin === undefined ? undefined : new URL(origin);
      }, 'must be an https origin without a path, such as https://app.yoursite.com (http only on localhost).'),
    ),

  EMBED_ORIGINS: parsed((text) => {
    const origins = list(text).map((item) => (item === originOf(item) ? item : undefined));
    return origins.includes(undefined) ? undefined : (origins as string[]);
  }, 'must list exact origins, separated by commas, such as https://www.yoursite.com: no path, no trailing slash, no wildcard, https except on localhost.').prefault(
    '',
  ),

  RETURN_PAGES: parsed((text) => {
    const pages = list(text);
    return pages.every(isPage) ? pages : undefined;
  }, 'must list whole addresses of pages, separated by commas, such as https://www.yoursite.com/portfolio: origin and path exactly as the browser shows them, without ? and #, at most 1,900 characters each.').prefault(
    '',
  ),

  SESSION_KEYS: z.string(`is missing. Make a key with ${KEY_COMMAND} and keep it secret.`).pipe(
    parsed((text) => {
      const keys = list(text).map(sessionKey);
      return keys.length === 0 || keys.includes(undefined) ? undefined : (keys as Uint8Array[]);
    }, `must hold 32 random bytes per key in base64, newest first, separated by commas. Make one with ${KEY_COMMAND}.`),
  ),

  ALPACA_ENVIRONMENTS: parsed((text) => {
    const environments = new Set(list(text));
    const known =
      environments.size > 0 && [...environments].every((item) => item === 'paper' || item === 'live');
    return known ? ([...environments] as Environment[]) : undefined;
  }, 'must be paper, live, or both separated by a comma.').prefault('paper'),

  ALPACA_SCOPES: parsed(
    (text) => {
      const scopes = [...new Set(text.split(/[\s,]+/).filter((item) => item !== ''))];
      return scopes.every((scope) => ALPACA_SCOPES.includes(scope)) ? scopes : undefined;
    },
    `may hold ${ALPACA_SCOPES.join(', ')}, separated by spaces. Nothing means read-only; other scopes do not exist.`,
  ).prefault(''),

  ALPACA_LIVE: parsed(
    (text) => (['off', 'developer', 'approved'].includes(text) ? (text as LiveRule) : undefined),
    'must be off, developer (only your own accounts) or approved (Alpaca approved the app for live trading).',
  ).prefault('off'),

  ALPACA_DEVELOPER_ACCOUNTS: z.string().transform(list).prefault(''),

  ALPACA_ALLOW: parsed(
    (text) => {
      const named = list(text);
      return named.every((item) => CLOSED_OPERATIONS.includes(item)) ? named : undefined;
    },
    `may hold, separated by commas: ${CLOSED_OPERATIONS.join(', ')}.`,
  ).prefault(''),

  SESSION_FILE: z
    .string()
    .trim()
    .min(1, 'is empty. Name a file on a local disk.')
    .prefault('data/sessions.sqlite'),
  SESSION_IDLE: duration('12h'),
  SESSION_ABSOLUTE: duration('7d'),

  REDIS_URL: parsed(
    redisAddress,
    'must be rediss://user:password@host:port/database, with anything unusual in the password percent-encoded. Plain redis:// is for this machine and private networks: localhost, 10.0.0.5, redis, redis.internal.',
  ).optional(),

  PORT: parsed((text) => {
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    return port <= 65_535 ? port : undefined;
  }, 'must be a port number between 0 and 65535.').prefault('3000'),

  TRUST_PROXY: parsed(
    trustedProxies,
    'must be the number of proxies in front of this server, or their addresses (10.0.0.0/8, loopback). "true" would trust anybody.',
  ).prefault(''),

  CONNECTS_PER_MINUTE: perMinute('10'),
  CALLS_PER_MINUTE: perMinute('400'),

  ALPACA_PKCE: parsed(
    (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
    'must be on or off.',
  ).prefault('on'),

  ALPACA_AUTHORIZE_URL: upstreamUrl('https://app.alpaca.markets/oauth/authorize'),
  ALPACA_TOKEN_URL: upstreamUrl('https://api.alpaca.markets/oauth/token'),
  ALPACA_PAPER_URL: upstreamUrl('https://paper-api.alpaca.markets'),
  ALPACA_LIVE_URL: upstreamUrl('https://api.alpaca.markets'),
  ALPACA_DATA_URL: upstreamUrl('https://data.alpaca.markets'),
  ALPACA_PAPER_STREAM_URL: streamUrl('wss://paper-api.alpaca.markets/stream'),
  ALPACA_LIVE_STREAM_URL: streamUrl('wss://api.alpaca.markets/stream'),

  APP_NAME: z.string().trim().max(60, 'must not be longer than 60 characters.').optional(),
  APP_DISCLOSURE: z.string().trim().max(2_000, 'must not be longer than 2,000 characters.').optional(),
});
