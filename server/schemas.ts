/**
 * The schemas of every JSON body that crosses between page and server, and of every error code. Request bodies are checked by
 * them, the types of contract.ts are inferred from them, and `GET /openapi.json` describes them: a new field is one entry here.
 */
import { z } from 'zod';

/** One of Alpaca's two trading environments. */
export const Environment = z.enum(['paper', 'live']).describe("One of Alpaca's two trading environments.");

/** What a page may ask for: one environment, or one consent that covers both. */
export const RequestedEnvironment = z
  .enum(['paper', 'live', 'both'])
  .describe('One environment, or one consent that covers both.');

/** The brokerage account behind a connection, as `GET /v2/account` named it when the person connected. */
export const ConnectedAccount = z
  .object({
    id: z.string(),
    number: z
      .string()
      .describe(
        "Alpaca's account number, whole. Pages should show it masked. Empty when Alpaca did not tell it.",
      ),
    status: z.string().describe("Alpaca's account status, for example `ACTIVE` or `ACCOUNT_CLOSED`."),
    currency: z.string().describe('ISO 4217. `USD` when Alpaca did not tell it.'),
    tradingBlocked: z
      .boolean()
      .describe(
        'Whether the account could place no orders when it was connected: its status is another than `ACTIVE` (on paper, `PAPER_ONLY` is fine too), or Alpaca or the person blocked it. Nothing is refused for it here: Alpaca decides on each order, and `GET /v2/account` says how it is now.',
      ),
  })
  .describe('The brokerage account, as `GET /v2/account` named it when the person connected.');

/** One connected brokerage account. Never holds any part of the access token. */
export const Connection = z
  .object({
    id: z
      .string()
      .describe(
        'Random, and new each time an account is connected. Worth nothing without the session that holds the connection.',
      ),
    provider: z
      .string()
      .describe('Through whom the account was connected: `alpaca`, or the id of a broker partner.'),
    environment: Environment,
    account: ConnectedAccount,
    scope: z.string().describe('The scope that Alpaca granted, space-delimited. Empty means read-only.'),
    connectedAt: z.iso.datetime().describe('ISO 8601, UTC.'),
    revokedAt: z.iso
      .datetime()
      .exactOptional()
      .describe(
        'ISO 8601, UTC. Present when Alpaca no longer accepts the token: the person has to reconnect.',
      ),
  })
  .describe('One connected brokerage account. Never holds any part of the access token.');

/** Through whom people can connect an account. */
export const Provider = z
  .object({
    id: z.string(),
    name: z.string().describe('As people should read it.'),
    environments: z.array(Environment),
    scopes: z.array(z.string()).describe('The scopes that a page may ask for.'),
    disclosure: z
      .string()
      .exactOptional()
      .describe(
        "What the dialog of its buttons says in place of the app's `disclosure`. Absent: the same as for all.",
      ),
    manageUrl: z
      .string()
      .exactOptional()
      .describe(
        'An https address where its customers see which apps may use their accounts, and end that. Absent when it is not known.',
      ),
  })
  .describe('Through whom people can connect an account.');

/** An account with which the app may act while the person is away. Never holds any part of the access token. */
export const AwayPermission = Connection.pick({
  id: true,
  provider: true,
  environment: true,
  account: true,
  scope: true,
})
  .extend({ until: z.iso.datetime().describe('When it ends by itself. ISO 8601, UTC.') })
  .describe('An account with which the app may act while the person is away.');

/** Answer of `GET /connections`. */
export const ConnectionsAnswer = z
  .object({
    app: z.string().describe('The name of the app, as people should read it in the disclosure.'),
    environments: z.array(Environment).describe('The environments that this server offers.'),
    scopes: z.array(z.string()).describe('The scopes that a page may ask for.'),
    disclosure: z
      .string()
      .nullable()
      .describe(
        "What the dialog says above the permissions: a text of the integrator's own, the word `review` for the paragraph that Alpaca's review of apps compares, or null for nothing more than the widget's own sentences.",
      ),
    appUrl: z
      .string()
      .nullable()
      .describe('An https address where people learn more about the app. Never null with `review`.'),
    returnPages: z
      .array(z.string())
      .describe("The pages of the asking page's origin that redirect mode may return to: origin and path."),
    providers: z.array(Provider),
    connectionsPerSession: z.int().describe('How many connections one person can have at a time.'),
    awayDays: z
      .int()
      .describe(
        'For how many days a page may ask that the app acts while the person is away. 0: not at all.',
      ),
    connections: z.array(Connection),
    away: z
      .array(AwayPermission)
      .describe(
        'What the person who is signed in to the app allowed it to do while they are away, in any browser.',
      ),
  })
  .describe('What the server offers, and what this browser has connected.');

const Sha256 = z.string().regex(/^[\w-]{43}$/);

/** What a page asks for when it starts an attempt, in a popup or in its own tab. */
export const AttemptTerms = z.object({
  provider: z.string().max(40).optional().describe('Through whom to connect. Default: `alpaca`.'),
  environment: RequestedEnvironment,
  scope: z
    .string()
    .max(200)
    .optional()
    .describe('Space-delimited. Omitted: every scope the server offers. Empty: read-only.'),
  away: z
    .int()
    .min(1)
    .max(365)
    .optional()
    .describe(
      'For how many days the app may act while the person is away, at most `awayDays`. Omitted: not at all.',
    ),
  codeChallenge: Sha256.describe('RFC 7636 section 4.2, method S256: 43 characters of base64url.'),
  disclosure: Sha256.optional().describe(
    'base64url(SHA-256) of the text that the person agreed to before, for the log. Absent when none was shown.',
  ),
});

/** Body of `POST /attempts`, sent by the launch page. */
export const AttemptRequest = z.strictObject({
  ...AttemptTerms.shape,
  origin: z.string().max(300).describe('The origin of the page that will receive the grant.'),
  sameSite: z
    .boolean()
    .optional()
    .describe(
      "Whether the browser counted that page as one of this server's site when it opened the launch page.",
    ),
});

/** Answer of `POST /attempts`. */
export const AttemptAnswer = z.object({
  authorizationUrl: z.url().describe("Where the popup goes next: Alpaca's authorize page."),
  state: z.string(),
});

/** A sealed grant, as a body may hold it. */
export const SealedGrant = z
  .string()
  .min(1)
  .max(8_192)
  .describe("The sealed grant that the callback page delivered. Opaque, and never Alpaca's own code.");

/** RFC 7636 section 4.1. */
export const CodeVerifier = z
  .string()
  .regex(/^[\w.~-]{43,128}$/)
  .describe('RFC 7636 section 4.1.');

/** Body of `POST /connections`. */
export const ExchangeRequest = z.strictObject({
  code: SealedGrant,
  codeVerifier: CodeVerifier,
  keep: z
    .boolean()
    .optional()
    .describe('Whether the account stands beside those of its environment. Otherwise it takes their place.'),
});

/** Body of `POST /mailbox/:attempt`, sent by the callback page. */
export const MailboxDeposit = z.strictObject({ grant: SealedGrant });

/** The codes that the element's `alpaca-error` event and a rejected `connect()` carry. */
export const ConnectErrorCode = z.enum([
  'popup_blocked',
  'popup_closed',
  'cancelled',
  'access_denied',
  'timeout',
  'origin_not_allowed',
  'opener_blocked',
  'attempt_expired',
  'live_not_allowed',
  'exchange_failed',
  'cookies_blocked',
  'network',
  'provider_error',
  'config_invalid',
]);

/** The codes of error bodies: what a connect flow can end in, and what any request can be refused for. */
export const ServerErrorCode = z.enum([
  ...ConnectErrorCode.options,
  'header_missing',
  'bad_request',
  'bad_path',
  'body_too_large',
  'not_found',
  'method_not_allowed',
  'operation_not_allowed',
  'insufficient_scope',
  'not_connected',
  'connection_ambiguous',
  'too_many_connections',
  'connection_revoked',
  'session_store_unavailable',
  'overloaded',
  'rate_limited',
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_invalid',
  'upstream_refused',
  'internal',
]);

const WhatToDo = z.string().describe('What happened and what to do next, for a person.');

/** Answer of `GET /mailbox/:attempt`: the grant, or why there is none. 204 means nothing arrived yet. */
export const MailboxAnswer = z.union([
  z.object({ grant: SealedGrant }),
  z.object({ error: ConnectErrorCode, message: WhatToDo }),
]);

/** Every error body of the server. */
export const ErrorAnswer = z
  .object({
    code: ServerErrorCode,
    message: WhatToDo,
    requestId: z.string().describe("Names this request in the server's log."),
  })
  .describe("The one shape of the server's own errors.");

/** What the server writes into the launch page, as JSON in `script#alpaca-connect-data`, for the page's script. */
export const LaunchPageData = z.object({
  origin: z.string().describe('The page that may talk to this popup, from the allow-list.'),
  mount: z.string().describe('Path where the routes are mounted, for example `/alpaca`.'),
  sameSite: z.boolean().describe("Whether the browser counted that page as one of this server's site."),
});

/** What the server writes into the callback page: the sealed grant, or a sealed refusal together with its reason. */
export const CallbackPageData = LaunchPageData.omit({ sameSite: true }).extend({
  attempt: Sha256.describe(
    'base64url(SHA-256) of `state`: names the mailbox and the channel of the attempt.',
  ),
  grant: SealedGrant,
  error: z.object({ code: ConnectErrorCode, message: WhatToDo }).exactOptional(),
});

/**
 * One of Alpaca's trade updates, as its `trade_updates` stream sends it. In `GET /paper/stream` and `GET /live/stream` it is
 * the data of a server-sent event whose name is `event`.
 */
export const TradeUpdate = z
  .looseObject({
    event: z
      .string()
      .describe(
        '`new`, `partial_fill`, `fill`, `canceled`, `expired`, `replaced`, `rejected` and others: Alpaca adds to them.',
      ),
    order: z
      .looseObject({
        id: z.string(),
        client_order_id: z.string(),
        symbol: z.string(),
        status: z.string(),
      })
      .describe('The order after the event, as `GET /v2/orders/{order_id}` answers it.'),
    price: z.string().exactOptional().describe("Price of this fill, in the account's currency."),
    qty: z.string().exactOptional().describe('Quantity of this fill.'),
    position_qty: z
      .string()
      .exactOptional()
      .describe('The whole position after this fill. Negative when short.'),
    timestamp: z.string().exactOptional().describe('ISO 8601, UTC.'),
  })
  .describe("One of Alpaca's trade updates. The name of the server-sent event is `event`.");

/** Data of the server-sent event `status`: whether the server hears Alpaca. Sent first, and on each change. */
export const StreamStatus = z
  .object({
    state: z.enum(['connecting', 'open', 'retrying']),
    retryIn: z
      .number()
      .exactOptional()
      .describe('Milliseconds until the server tries again, when it is retrying.'),
  })
  .describe(
    'Data of the server-sent event `status`: whether the server hears Alpaca. Sent first, and on each change.',
  );

/** Data of the server-sent event `gap`: updates may be missing before the next one. Ask for the orders again. */
export const StreamGap = z
  .object({
    reason: z
      .enum(['buffer', 'upstream'])
      .describe(
        '`buffer`: the listener was away for longer than the server remembers. `upstream`: the server could not hear Alpaca.',
      ),
  })
  .describe('Data of the server-sent event `gap`: updates may be missing. Ask for the orders again.');

/** Data of the server-sent event `end`: the last one. To listen again would be refused with the same code. */
export const StreamEnd = z
  .object({ code: ServerErrorCode, message: WhatToDo })
  .describe(
    'Data of the server-sent event `end`: the last one. To listen again would be refused with the same code.',
  );
