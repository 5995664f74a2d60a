import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { z } from 'zod';
import { endpointOf, issuerOf, parsed, publicLink, redisAddress, sessionKey } from '../config-formats.ts';
import { ConfigurationError } from '../config-reader.ts';
import type { RecordBackend } from '../session/records.ts';
import { LANGUAGES } from './messages/languages.ts';

/** An account of an end user at the Broker API. */
export interface BrokerAccount {
  /** Alpaca's `account_id`, a UUID. It never leaves the server. */
  id: string;
  /** Whole. People see its last four characters. */
  number: string;
  /** How the person knows it, for example `Individual`. */
  label: string;
  /** Alpaca's account status, shown where the account cannot be connected. */
  status: string;
  /** Whether it can be connected. */
  tradable: boolean;
  /** False for an account without real money, such as one of the sandbox. Default: true. */
  live?: boolean;
}

/** Who is signed in at the broker. */
export interface BrokerUser {
  /** The broker's own id of the person, 1 to 200 characters, the same at each visit. */
  id: string;
  /** What the person knows the own sign-in by, such as an e-mail address. Default: `id`. */
  name?: string;
  accounts: readonly BrokerAccount[];
}

/** How the service authenticates at the Broker API. A file holds its secret alone. */
export type PartnerAuthentication =
  | {
      type: 'client_credentials';
      /** For example `https://authx.alpaca.markets/v1/oauth2/token`. */
      tokenUrl: string;
      clientId: string;
      clientSecretFile: string;
    }
  | {
      type: 'client_credentials';
      tokenUrl: string;
      clientId: string;
      /** PKCS #8 in PEM: RSA, P-256 or Ed25519. */
      privateKeyFile: string;
      /** The `kid` of the assertion's header. */
      keyId?: string;
      /** The `aud` of the assertion. Default: `tokenUrl`. */
      audience?: string;
    }
  /** HTTP Basic with the partner's API key, which Alpaca calls legacy. */
  | { type: 'basic'; apiKey: string; apiSecretFile: string };

/** What is special about one app. Its name, addresses and approval are what Alpaca says. */
export interface BrokerClientOptions {
  /** Whether the app may do without PKCE (RFC 7636). Default: `required`. An app that sends a challenge must always prove it. */
  pkce?: 'required' | 'optional';
  /**
   * Whose codes the app gets: `own` (the default), exchanged at this service, or Alpaca's of `POST /v1/oauth/authorize`, exchanged
   * at Alpaca. Those need the app's secret here, and cannot have PKCE.
   */
  codes?: 'own' | 'alpaca';
  /** Holds the app's secret. For `codes: 'alpaca'` only. */
  secretFile?: string;
  /** The scopes that the app may ask for. Default: all of `scopeSentences`. The first is what it gets when it asks for none. */
  scopes?: readonly string[];
}

/** What happened to a person's grant. */
export interface BrokerGrantEvent {
  /** `getUser`'s id of the person. */
  user: string;
  client: { id: string; name: string };
  /** Alpaca's `account_id`. */
  account: string;
  /** Space-delimited. */
  scope: string;
}

/** Where tickets, codes and grants are kept, sealed. One of `file`, `redisUrl` and `backend`. */
export interface BrokerStoreOptions {
  /** 32 random bytes each, in base64 or hexadecimal, newest first: `openssl rand -base64 32`. */
  keys: readonly string[];
  /** A SQLite file on a local disk, for the processes of one machine. */
  file?: string;
  /** For several machines. */
  redisUrl?: string;
  backend?: RecordBackend;
}

/** The service of a broker partner. Durations are in seconds. */
export interface BrokerOAuthOptions<
  Incoming extends IncomingMessage = IncomingMessage,
  Outgoing extends ServerResponse = ServerResponse,
> {
  broker: { name: string; logoUrl?: string; supportUrl: string };
  api: {
    /** For example `https://broker-api.alpaca.markets`. */ url: string;
    authentication: PartnerAuthentication;
  };
  /** Where the service is mounted, as people reach it: `https://acme.example/oauth`. */
  issuer: string;
  /** Who is signed in; undefined for nobody. When it throws, or takes longer than five seconds, the request gets a 503. */
  getUser: (request: Incoming) => BrokerUser | undefined | Promise<BrokerUser | undefined>;
  /**
   * Sends the person to the broker's sign-in page, and afterwards to `returnTo`, a path of this host. With the prompt `login` they
   * sign in anew, whoever is signed in.
   */
  signIn: (
    request: Incoming,
    response: Outgoing,
    to: { returnTo: string; prompt: 'login' | undefined; lang: string },
  ) => void | Promise<void>;
  /** By client id. An app that is not listed is served as Alpaca has it, with PKCE. */
  clients?: Readonly<Record<string, BrokerClientOptions>>;
  /** What each scope lets an app do, in a sentence, or one for each language. A scope without one is refused. Default: `general`. */
  scopeSentences?: Readonly<Record<string, string | { en: string; [language: string]: string }>>;
  /** Default: 60, at most 600. */
  codeLifetime?: number;
  /** How long a person has for sign-in and consent. Default: 600. */
  ticketLifetime?: number;
  /**
   * `expiresIn`: what apps are told; Alpaca's own tokens do not end by themselves. With a number, apps get refresh tokens, too,
   * which last for `refreshLifetime` (default: 90 days). Default: null.
   */
  tokens?: { expiresIn: number | null; refreshLifetime?: number };
  /** What ends a token at Alpaca: nothing, or `DELETE /v1/oauth/token/{the token}`, where Alpaca offers that. Default: `none`. */
  revokeBy?: 'none' | 'access_token';
  /** Exchanges of one app in a minute. Default: 60. */
  tokensPerMinute?: number;
  store: BrokerStoreOptions;
  /** Default: JSON lines on standard output. */
  log?: Logger;
  /** Told of a grant once its first token was issued. What it throws is logged and changes nothing. */
  onGrant?: (event: BrokerGrantEvent) => void | Promise<void>;
  /** Told of a grant that ended: by the person, by the app, or because a code or refresh token was used twice. */
  onRevoke?: (event: BrokerGrantEvent) => void | Promise<void>;
}

const DAY = 86_400;
/** RFC 6749 section 3.3. */
export const SCOPE_WORD = /^[\x21\x23-\x5b\x5d-\x7e]{1,60}$/;
export const CLIENT_ID = /^[\w-]{1,80}$/;

const text = z.string('is missing.').trim().min(1, 'is empty.');
const endpoint = parsed(endpointOf, 'must be an https URL without a query (http only on localhost).');
const link = parsed(publicLink, 'must be an https URL.');
const hook = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function.');
const seconds = (most: number) =>
  z
    .int('must be a whole number of seconds.')
    .min(1, 'must be at least 1.')
    .max(most, `must be at most ${most}.`);
const UNREADABLE = 'names a file that cannot be read or is empty. Check the path and its permissions.';
const secret = parsed(contentOf, UNREADABLE);
const privateKey = parsed((file) => {
  try {
    const key = createPrivateKey(contentOf(file) ?? '');
    return ['rsa', 'ec', 'ed25519'].includes(key.asymmetricKeyType ?? '') ? key : undefined;
  } catch {
    return undefined;
  }
}, UNREADABLE);

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

const Authentication = z.union(
  [
    z.strictObject({
      type: z.literal('client_credentials'),
      tokenUrl: endpoint,
      clientId: text,
      clientSecretFile: secret,
    }),
    z.strictObject({
      type: z.literal('client_credentials'),
      tokenUrl: endpoint,
      clientId: text,
      privateKeyFile: privateKey,
      keyId: text.optional(),
      audience: text.optional(),
    }),
    z.strictObject({ type: z.literal('basic'), apiKey: text, apiSecretFile: secret }),
  ],
  "must be {type: 'client_credentials', tokenUrl, clientId, clientSecretFile or privateKeyFile} or {type: 'basic', apiKey, apiSecretFile}, with files that can be read; the private key is one of RSA, P-256 or Ed25519 in PEM (PKCS #8).",
);

const ClientOptions = z
  .strictObject({
    pkce: z.enum(['required', 'optional']).optional(),
    codes: z.enum(['own', 'alpaca']).default('own'),
    secretFile: secret.optional(),
    scopes: z.array(z.string().regex(SCOPE_WORD, 'must be one scope, without a space.')).min(1).optional(),
  })
  .refine(({ codes, secretFile }) => codes === 'own' || secretFile !== undefined, {
    path: ['secretFile'],
    message: "is missing. With codes: 'alpaca', Alpaca wants the app's secret when the person consents.",
  })
  .refine(({ codes, secretFile }) => codes === 'alpaca' || secretFile === undefined, {
    path: ['secretFile'],
    message: "is for codes: 'alpaca' only. Otherwise the app itself shows its secret, and none is kept here.",
  })
  .refine(({ codes, pkce }) => codes === 'own' || pkce === undefined, {
    path: ['pkce'],
    message: "cannot be had with codes: 'alpaca'. Leave it out: whoever sends a challenge is refused.",
  });

const Sentence = z.union([
  text,
  z.object(
    Object.fromEntries(LANGUAGES.map((language) => [language, language === 'en' ? text : text.optional()])),
  ),
]);

const Options = z.strictObject({
  broker: z.strictObject({
    name: text.max(60, 'must not be longer than 60 characters.'),
    logoUrl: link.optional(),
    supportUrl: link,
  }),
  api: z.strictObject({ url: endpoint, authentication: Authentication }),
  issuer: parsed(
    (value) => (issuerOf(value) && value === new URL(value).href.replace(/\/$/, '') ? value : undefined),
    'must be the https URL where the service is mounted, without ? and #, without a slash at its end, and as browsers write it.',
  ),
  getUser: hook<BrokerOAuthOptions['getUser']>(),
  signIn: hook<BrokerOAuthOptions['signIn']>(),
  clients: z.record(z.string().regex(CLIENT_ID, 'is no client id.'), ClientOptions).default({}),
  scopeSentences: z
    .record(z.string().regex(SCOPE_WORD, 'must be one scope, without a space.'), Sentence)
    .refine((value) => Object.keys(value).length > 0, 'has no scope.')
    .optional(),
  codeLifetime: seconds(600).default(60),
  ticketLifetime: seconds(3_600).default(600),
  tokens: z
    .strictObject({
      expiresIn: seconds(366 * DAY).nullable(),
      refreshLifetime: seconds(5 * 366 * DAY).default(90 * DAY),
    })
    .default({ expiresIn: null, refreshLifetime: 90 * DAY }),
  revokeBy: z.enum(['none', 'access_token']).default('none'),
  tokensPerMinute: z.int().min(1).default(60),
  store: z
    .strictObject({
      keys: z
        .array(
          parsed(
            sessionKey,
            'must be 32 random bytes in base64 or hexadecimal. Make one with openssl rand -base64 32.',
          ),
        )
        .min(1, 'has no key. Make one with openssl rand -base64 32.'),
      file: text.optional(),
      redisUrl: parsed(
        redisAddress,
        'must be a rediss:// URL (redis:// only in a private network).',
      ).optional(),
      backend: z.custom<RecordBackend>((value) => typeof value === 'object' && value !== null).optional(),
    })
    .refine(
      ({ file, redisUrl, backend }) =>
        [file, redisUrl, backend].filter((each) => each !== undefined).length === 1,
      'needs one of file, redisUrl and backend.',
    ),
  log: z
    .custom<Logger>((value) => typeof value === 'object' && value !== null, 'must be a logger of pino.')
    .optional(),
  onGrant: hook<NonNullable<BrokerOAuthOptions['onGrant']>>().optional(),
  onRevoke: hook<NonNullable<BrokerOAuthOptions['onRevoke']>>().optional(),
});

/** The options, checked, with every default. Holds secrets: never log it. */
export type BrokerSettings = z.output<typeof Options>;

/**
 * Checks the options.
 * @throws ConfigurationError that lists every problem at once, each with its remedy and none with a value.
 */
export function readBrokerOptions<Incoming extends IncomingMessage, Outgoing extends ServerResponse>(
  options: BrokerOAuthOptions<Incoming, Outgoing>,
): BrokerSettings {
  const { success, data, error } = Options.safeParse(options);
  if (!success) throw new ConfigurationError(error.issues.map(problemOf));
  const known = Object.keys(data.scopeSentences ?? { general: '' });
  const unexplained = Object.entries(data.clients).flatMap(([id, { scopes = [] }]) =>
    scopes
      .filter((scope) => !known.includes(scope))
      .map(
        (scope) =>
          `clients.${id}.scopes lists ${scope}, which scopeSentences does not explain. Add its sentence.`,
      ),
  );
  if (unexplained.length > 0) throw new ConfigurationError(unexplained);
  return data;
}

/** The path below which the service is mounted, without a slash at its end. */
export function basePath(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '');
}

/** In words of ours where zod's own would say nothing of what to do. */
function problemOf({ path, code, message, ...issue }: z.core.$ZodIssue): string {
  const name = path.join('.') || 'brokerOAuth()';
  if (code === 'unrecognized_keys') {
    return `${name} has options that do not exist: ${(issue as { keys: string[] }).keys.join(', ')}.`;
  }
  if (code === 'invalid_type' && /undefined/.test(message)) return `${name} is missing.`;
  if (code === 'invalid_key') return `${name} is no name that can be used here.`;
  return `${name} ${/^(?:is|has|must|names|needs|cannot)\b/.test(message) ? message : 'is not what it has to be.'}`;
}
