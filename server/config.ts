import { z } from 'zod';
import {
  count,
  duration,
  isReview,
  issued,
  issuerOf,
  isTradingApiKey,
  list,
  listenAddress,
  listOf,
  oneOf,
  originOf,
  pageOf,
  parsed,
  publicLink,
  redisAddress,
  sessionKey,
  streamUrl,
  trustedProxies,
  upstreamUrl,
} from './config-formats.ts';
import type { Environment } from './contract.ts';
import { operations } from './operations.ts';
import { ALPACA_SCOPES } from './providers.ts';
import { readProviders } from './providers-file.ts';

/** One setting: everything that there is to know about it stands in its entry of the table. */
export interface Setting {
  /** The environment variable. */
  variable: string;
  /** Makes the value from the variable's text. Says what to do about a text that it does not accept. */
  check: z.ZodType;
  /** What it is for, as `.env.example` says it. */
  sentence: string;
  /** The value in `.env.example`. With undefined, the line there is commented out. */
  example: string | undefined;
  /** Whether the value may come from a file instead, which the variable with `_FILE` behind its name names. */
  secret?: true;
  /** The heading in `.env.example` that begins with this entry. */
  section?: string;
}

/** Alpaca's tokens do not expire, but what a person agreed to once should be asked again. Days. */
const LONGEST_AWAY = 365;

const KEY_COMMAND = 'node -p "crypto.randomBytes(32).toString(\'base64\')"';
const CLOSED_OPERATIONS = operations
  .filter(([, , , scope]) => scope === 'undocumented')
  .map(([, method, path]) => `${method} ${path}`);

/**
 * Every setting, under the name that it has in the code. To add one, add an entry: its type, its check, the line in
 * `.env.example` (`npm run env-example`) and the complaint about a misspelt name all come from here.
 */
export const settings = {
  clientId: {
    section: 'Required',
    variable: 'ALPACA_CLIENT_ID',
    check: issued(
      'is missing. Copy the client id of your app from https://app.alpaca.markets/connect.',
      'client id',
    ).refine((id) => !isTradingApiKey(id), {
      error:
        'is a trading API key. OAuth needs the client id of an app, from https://app.alpaca.markets/connect.',
      abort: true,
    }),
    sentence:
      'The client id of your app, from https://app.alpaca.markets/connect. Not a trading API key (PK…, AK…).',
    example: '',
  },
  clientSecret: {
    variable: 'ALPACA_CLIENT_SECRET',
    check: issued(
      'is missing. Copy the client secret of your app, or name a file in ALPACA_CLIENT_SECRET_FILE.',
      'client secret',
    ),
    sentence: 'The client secret of your app.',
    example: '',
    secret: true,
  },
  publicUrl: {
    variable: 'PUBLIC_URL',
    check: z
      .string(
        'is missing. Set the address under which browsers reach this server, such as https://app.yoursite.com.',
      )
      .pipe(
        parsed((text) => {
          const origin = originOf(text);
          return origin === undefined ? undefined : new URL(origin);
        }, 'must be an https origin without a path, such as https://app.yoursite.com (http only on localhost).'),
      ),
    sentence:
      'Where browsers reach this server: an https origin without a path (http only on localhost). Register PUBLIC_URL/alpaca/callback as the redirect URI of your app, byte for byte.',
    example: 'http://localhost:3000',
  },
  sessionKeys: {
    variable: 'SESSION_KEYS',
    check: z.string(`is missing. Make a key with ${KEY_COMMAND} and keep it secret.`).pipe(
      parsed((text) => {
        const keys = listOf(sessionKey)(text);
        return keys?.length === 0 ? undefined : keys;
      }, `must hold 32 random bytes per key in base64, newest first, separated by commas. Make one with ${KEY_COMMAND}.`),
    ),
    sentence: `Seals sessions: 32 random bytes in base64, made with ${KEY_COMMAND}. To rotate: add a new key behind the old one, restart, then put it in front, restart, and drop the old one after SESSION_ABSOLUTE (with AWAY_DAYS, after as many days, or once connectionsOfUser() was called for everybody). With one process you may put it in front at once.`,
    example: '',
    secret: true,
  },
  appName: {
    section: 'What the button offers',
    variable: 'APP_NAME',
    check: z.string().trim().max(60, 'must not be longer than 60 characters.').optional(),
    sentence: 'How the disclosure names your app. Default: the host of PUBLIC_URL.',
    example: '',
  },
  disclosure: {
    variable: 'APP_DISCLOSURE',
    check: z
      .string()
      .trim()
      .max(2_000, 'must not be longer than 2,000 characters.')
      .transform((text) => (isReview(text) ? 'review' : text))
      .nullable()
      .prefault(null),
    sentence:
      "What people read before they connect, above the list of permissions. review: the paragraph that Alpaca's review of apps compares, with Deny and Allow; needs APP_URL. Or a text of your own; https addresses in it become links. Default: the widget's.",
    example: '',
  },
  appUrl: {
    variable: 'APP_URL',
    check: parsed(
      publicLink,
      'must be an https URL, such as https://www.yoursite.com/about, of at most 1,000 characters.',
    )
      .nullable()
      .prefault(null),
    sentence:
      'Where people learn more about your app: the https address of the link in the paragraph of the review.',
    example: '',
  },
  embedOrigins: {
    variable: 'EMBED_ORIGINS',
    check: parsed(
      listOf((item) => (item === originOf(item) ? item : undefined)),
      'must list exact origins, separated by commas, such as https://www.yoursite.com: no path, no trailing slash, no wildcard, https except on localhost.',
    ).prefault(''),
    sentence:
      'Other origins whose pages may embed the button, separated by commas: https://www.yoursite.com. The origin of PUBLIC_URL always may.',
    example: '',
  },
  returnPages: {
    variable: 'RETURN_PAGES',
    check: parsed(
      listOf(pageOf),
      'must list whole addresses of pages, separated by commas, such as https://www.yoursite.com/portfolio: origin and path exactly as the browser shows them, without ? and #, at most 1,900 characters each.',
    ).prefault(''),
    sentence:
      'Pages that may connect in their own tab, where no popup can open: whole addresses without ? and #, separated by commas, such as https://www.yoursite.com/,https://www.yoursite.com/portfolio. Only pages that answer by themselves: one that redirects would carry what it is given along. Default: none, and no page connects in its own tab.',
    example: '',
  },
  scopes: {
    variable: 'ALPACA_SCOPES',
    check: parsed(
      (text) => {
        const scopes = [...new Set(text.split(/[\s,]+/).filter((item) => item !== ''))];
        return scopes.every((scope) => ALPACA_SCOPES.includes(scope)) ? scopes : undefined;
      },
      `may hold ${ALPACA_SCOPES.join(', ')}, separated by spaces. Nothing means read-only; other scopes do not exist.`,
    ).prefault(''),
    sentence:
      'What a page may ask for, and asks for when it names nothing: account:write, trading, data, separated by spaces. Nothing means read-only.',
    example: 'trading data',
  },
  environments: {
    variable: 'ALPACA_ENVIRONMENTS',
    check: parsed((text) => {
      const environments = [...new Set(list(text))];
      const known =
        environments.length > 0 && environments.every((item) => item === 'paper' || item === 'live');
      return known ? (environments as Environment[]) : undefined;
    }, 'must be paper, live, or both separated by a comma.').prefault('paper'),
    sentence: 'paper, live, or paper,live.',
    example: 'paper',
  },
  live: {
    variable: 'ALPACA_LIVE',
    check: oneOf(
      ['off', 'developer', 'approved'],
      'must be off, developer (only your own accounts) or approved (Alpaca approved the app for live trading).',
    ),
    sentence:
      'Who may connect a live account. off: nobody. developer: your own accounts, which ALPACA_DEVELOPER_ACCOUNTS lists. approved: everyone, once Alpaca approved the app for live trading.',
    example: 'off',
  },
  developerAccounts: {
    variable: 'ALPACA_DEVELOPER_ACCOUNTS',
    check: z.string().transform(list).prefault(''),
    sentence: 'Your own live account numbers, separated by commas, for ALPACA_LIVE=developer.',
    example: '',
  },
  allow: {
    variable: 'ALPACA_ALLOW',
    check: parsed(
      listOf((item) => (CLOSED_OPERATIONS.includes(item) ? item : undefined)),
      `may hold, separated by commas: ${CLOSED_OPERATIONS.join(', ')}.`,
    ).prefault(''),
    sentence:
      'Operations whose scope Alpaca does not document (money movement, locates, minting) are refused unless named here: POST /v1/locates, POST /v2/wallets/transfers.',
    example: '',
  },
  port: {
    section: 'How it runs',
    variable: 'PORT',
    check: parsed((text) => {
      const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
      return port <= 65_535 ? port : undefined;
    }, 'must be a port number between 0 and 65535.').prefault('3000'),
    sentence: 'Where the server listens.',
    example: '3000',
  },
  trustProxy: {
    variable: 'TRUST_PROXY',
    check: parsed(
      trustedProxies,
      'must be the number of proxies in front of this server, or their addresses (10.0.0.0/8, loopback). "true" would trust anybody.',
    ).prefault(''),
    sentence: 'Behind a proxy: how many there are (1), or their addresses (10.0.0.0/8). Never "true".',
    example: '',
  },
  metricsAddress: {
    variable: 'METRICS_ADDRESS',
    check: parsed(
      listenAddress,
      'must be an IP address and a port, such as 127.0.0.1:9464 or [::1]:9464. 0.0.0.0:9464 means every interface.',
    )
      .nullable()
      .prefault(null),
    sentence:
      'Where GET /metrics answers in the format of Prometheus: an IP address and a port of its own, such as 127.0.0.1:9464. It tells how busy the site is: let nobody reach it but who collects it. Default: nowhere.',
    example: '',
  },
  connectsPerMinute: {
    variable: 'CONNECTS_PER_MINUTE',
    check: count('10'),
    sentence:
      'How often one person may start to connect, and finish. People behind one address who have no session yet share one count: raise it for an office or a classroom. Each process counts for itself.',
    example: '10',
  },
  callsPerMinute: {
    variable: 'CALLS_PER_MINUTE',
    check: count('400'),
    sentence:
      "Proxied requests of one connection to one API. Above Alpaca's usual 200; raise it for a larger market data plan.",
    example: '400',
  },
  connectionsPerSession: {
    variable: 'CONNECTIONS_PER_SESSION',
    check: count('8', 50),
    sentence: 'How many accounts one person can have connected at a time, at most 50.',
    example: '8',
  },
  awayDays: {
    variable: 'AWAY_DAYS',
    check: parsed(
      (text) => (/^\d{1,3}$/.test(text) && Number(text) <= LONGEST_AWAY ? Number(text) : undefined),
      `must be a whole number of days, from 0 to ${LONGEST_AWAY}. 0 means that nobody is asked.`,
    ).prefault('0'),
    sentence: `For how many days, at most ${LONGEST_AWAY}, a page may ask that the app acts while the person is away: the attribute away of the button. Needs getUser. 0: not at all, and what was allowed before ends.`,
    example: '0',
  },
  sessionFile: {
    variable: 'SESSION_FILE',
    check: z
      .string()
      .trim()
      .min(1, 'is empty. Name a file on a local disk.')
      .prefault('data/sessions.sqlite'),
    sentence: 'Sessions live in this SQLite file, on a local disk.',
    example: 'data/sessions.sqlite',
  },
  redisUrl: {
    variable: 'REDIS_URL',
    check: parsed(
      redisAddress,
      'must be rediss://user:password@host:port/database, with anything unusual in the password percent-encoded. Plain redis:// is for this machine and private networks: localhost, 10.0.0.5, redis, redis.internal.',
    )
      .nullable()
      .prefault(null),
    sentence:
      'Or in Redis 6 or newer, when several machines serve: rediss://user:password@host:6379. SESSION_FILE is then not used. It has to keep what it acknowledged (appendonly yes), and not drop keys to make room (maxmemory-policy noeviction). A user of its own needs these rights and no more: ~alpaca-connect:* +get +set +del +exists +pttl +eval +evalsha +hello +ping +info +select',
    example: undefined,
    secret: true,
  },
  sessionIdle: {
    variable: 'SESSION_IDLE',
    check: duration('12h'),
    sentence: 'A session ends after this long without use.',
    example: '12h',
  },
  sessionAbsolute: {
    variable: 'SESSION_ABSOLUTE',
    check: duration('7d'),
    sentence: 'A session ends after this long in any case.',
    example: '7d',
  },
  pkce: {
    variable: 'ALPACA_PKCE',
    check: oneOf(['on', 'off'], 'must be on or off.').transform((text) => text === 'on'),
    sentence:
      'Whether Alpaca is sent the PKCE parameters. This server checks them in any case. Turn it off only if every exchange fails with invalid_grant.',
    example: 'on',
  },
  providersFile: {
    variable: 'PROVIDERS_FILE',
    check: z
      .string()
      .trim()
      .transform((file, context) =>
        readProviders(file, (message) => context.addIssue({ code: 'custom', message })),
      )
      .optional(),
    sentence:
      'Broker partners of Alpaca through whose own OAuth service people can connect, too: a JSON file, see "Broker partners" in server/README.md.',
    example: '',
  },
  authorizeUrl: {
    section: 'For another Alpaca than the real one, such as a simulator',
    variable: 'ALPACA_AUTHORIZE_URL',
    check: upstreamUrl('https://app.alpaca.markets/oauth/authorize'),
    sentence: "Leave the URLs out for Alpaca's own. This one is where people consent.",
    example: undefined,
  },
  issuer: {
    variable: 'ALPACA_ISSUER',
    check: parsed(
      issuerOf,
      'must be an https URL without ? and # (http only on localhost), byte for byte as the provider sends it. Leave it out for the origin of ALPACA_AUTHORIZE_URL.',
    ).optional(),
    sentence:
      'What the authorize page calls itself in the parameter iss of its answer (RFC 9207), if it sends one; every other answer is refused. Default: the origin of ALPACA_AUTHORIZE_URL.',
    example: undefined,
  },
  tokenUrl: {
    variable: 'ALPACA_TOKEN_URL',
    check: upstreamUrl('https://api.alpaca.markets/oauth/token'),
    sentence: 'Where codes become tokens.',
    example: undefined,
  },
  paperUrl: {
    variable: 'ALPACA_PAPER_URL',
    check: upstreamUrl('https://paper-api.alpaca.markets'),
    sentence: 'The Trading API of paper accounts.',
    example: undefined,
  },
  liveUrl: {
    variable: 'ALPACA_LIVE_URL',
    check: upstreamUrl('https://api.alpaca.markets'),
    sentence: 'The Trading API of live accounts.',
    example: undefined,
  },
  dataUrl: {
    variable: 'ALPACA_DATA_URL',
    check: upstreamUrl('https://data.alpaca.markets'),
    sentence: 'The Market Data API.',
    example: undefined,
  },
  paperStreamUrl: {
    variable: 'ALPACA_PAPER_STREAM_URL',
    check: streamUrl('wss://paper-api.alpaca.markets/stream'),
    sentence: 'The WebSocket of trade updates of paper accounts. Default: /stream below ALPACA_PAPER_URL.',
    example: undefined,
  },
  liveStreamUrl: {
    variable: 'ALPACA_LIVE_STREAM_URL',
    check: streamUrl('wss://api.alpaca.markets/stream'),
    sentence: 'The same of live accounts. Default: /stream below ALPACA_LIVE_URL.',
    example: undefined,
  },
} satisfies Record<string, Setting>;

export type Values = { [Name in keyof typeof settings]: z.output<(typeof settings)[Name]['check']> };
