import type { ServerErrorCode } from '../contract.ts';

/** The names of the schemas of the contract that a route refers to. */
type SchemaName =
  | 'AttemptRequest'
  | 'AttemptAnswer'
  | 'ExchangeRequest'
  | 'Connection'
  | 'ConnectionsAnswer'
  | 'MailboxDeposit'
  | 'MailboxAnswer';

/** The codes of error bodies, by their status. */
export type Errors = Readonly<Record<number, readonly ServerErrorCode[]>>;

/** An answer that is no error body. */
interface Answer {
  what: string;
  /** Default: no body. */
  body?: SchemaName | 'html' | 'script' | 'json' | 'events';
  /** By their names in `HEADERS` of components.ts. */
  headers?: readonly string[];
}

/** One route of the contract, below the mount path. Whatever `server/routes.ts` serves is here, and nothing else. */
export interface DescribedRoute {
  method: 'get' | 'post' | 'delete';
  path: string;
  id: string;
  what: string;
  /** Who calls it: a script of a page, with the static header and an allowed origin, or whoever follows a link. */
  caller: 'script' | 'anybody';
  /** Whether it reads the session cookie. */
  session?: boolean;
  /** By their names in `PARAMETERS` of components.ts. */
  parameters?: readonly string[];
  body?: SchemaName;
  answers: Readonly<Record<number, Answer>>;
  errors: Errors;
}

/** What every route can answer: a request that cannot be read, too many headers, and what is the server's own fault. */
export const ERRORS_ANYWHERE: Errors = {
  400: ['bad_path', 'bad_request'],
  431: ['bad_request'],
  500: ['internal', 'config_invalid'],
};

/** What every route that a page's script calls can answer besides. */
export const ERRORS_OF_SCRIPT_ROUTES: Errors = { 403: ['header_missing', 'origin_not_allowed'] };

/** A path that exists is asked by another method, or there is no such path. */
export const ERRORS_ELSEWHERE: Errors = { 404: ['not_found'], 405: ['method_not_allowed'] };

const STORE: Errors = { 503: ['session_store_unavailable'] };

const PUBLIC_FILE = ['Cache-Control', 'ETag', 'Anybody'];
const scriptFile = (what: string) =>
  ({
    method: 'get',
    what,
    caller: 'anybody',
    answers: {
      200: { what: 'The same for everybody; any site may load it.', body: 'script', headers: PUBLIC_FILE },
      304: { what: 'What the browser has is the latest.', headers: PUBLIC_FILE },
    },
    errors: {},
  }) as const;

const callback = (id: string, parameters: readonly string[]): Omit<DescribedRoute, 'path'> => ({
  method: 'get',
  id,
  what: 'The redirect URI. Without the sealed cookie of this very `state` it refuses. Otherwise it seals the code into a grant, which it hands to the page. Asking uses nothing up. What is no navigation of a person, such as a prefetch, gets no grant.',
  caller: 'anybody',
  parameters: ['code', 'state', 'error', 'AttemptCookie', ...parameters],
  answers: {
    200: { what: 'The callback page, with `CallbackPageData` for its script.', body: 'html' },
    303: {
      what: 'Redirect mode: back to the page, with the grant in the fragment.',
      headers: ['Location'],
    },
    400: { what: 'A page that says that no such connection was started in this browser.', body: 'html' },
    204: { what: 'To a HEAD.' },
    503: { what: 'To what is no navigation of a person.' },
  },
  errors: { ...STORE, 404: ['not_found'] },
});

export const describedRoutes: readonly DescribedRoute[] = [
  {
    ...scriptFile('The script tag: a self-registering ES module.'),
    path: '/connect.js',
    id: 'connectScript',
  },
  {
    ...scriptFile('What `connect.js` loads once a page listens to trade updates.'),
    path: '/event-parser.js',
    id: 'eventParserScript',
  },
  {
    method: 'get',
    path: '/messages/{file}',
    id: 'messages',
    what: "The widget's sentences in another language than English.",
    caller: 'anybody',
    parameters: ['file'],
    answers: {
      200: { what: 'Sentences by their keys.', body: 'json', headers: PUBLIC_FILE },
      304: { what: 'What the browser has is the latest.', headers: PUBLIC_FILE },
    },
    errors: { 404: ['not_found'] },
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'contract',
    what: 'This document.',
    caller: 'anybody',
    answers: {
      200: { what: 'OpenAPI 3.1.', body: 'json', headers: PUBLIC_FILE },
      304: { what: 'What is there is the latest.', headers: PUBLIC_FILE },
    },
    errors: {},
  },
  {
    method: 'get',
    path: '/launch',
    id: 'launch',
    what: "The popup's first page. Only an origin on the allow-list gets it. With `mode=redirect` it starts an attempt in the page's own tab: then `return_to` is one of the listed pages, byte for byte, and a page of its origin began the navigation (`Referer`).",
    caller: 'anybody',
    parameters: [
      'origin',
      'mode',
      'return_to',
      'environmentAsked',
      'scope',
      'provider',
      'code_challenge',
      'disclosure',
    ],
    answers: {
      200: { what: 'The launch page, with `LaunchPageData` for its script.', body: 'html' },
      303: {
        what: "Redirect mode: to Alpaca's authorize page, or back to the page with a sealed refusal.",
        headers: ['Location', 'Set-Cookie'],
      },
      400: { what: 'A page that says that this address starts nothing.', body: 'html' },
      403: { what: 'A page that says which origin the owner has to add.', body: 'html' },
      429: { what: 'A page that says how long to wait.', body: 'html', headers: ['Retry-After'] },
    },
    errors: {},
  },
  {
    method: 'post',
    path: '/attempts',
    id: 'startAttempt',
    what: "Starts an attempt. Only the launch page may, a script of the server's own origin, and `origin` is on the allow-list. Sets the attempt's cookie.",
    caller: 'script',
    body: 'AttemptRequest',
    answers: {
      200: { what: 'Where the popup goes next.', body: 'AttemptAnswer', headers: ['Set-Cookie'] },
    },
    errors: {
      400: ['config_invalid'],
      401: ['access_denied'],
      403: ['live_not_allowed', 'config_invalid'],
      413: ['body_too_large'],
      429: ['rate_limited'],
    },
  },
  { ...callback('callback', []), path: '/callback' },
  { ...callback('callbackOfProvider', ['providerId']), path: '/callback/{provider}' },
  {
    method: 'post',
    path: '/mailbox/{attempt}',
    id: 'depositGrant',
    what: "The callback page, a script of the server's own origin, leaves a grant for a page that it cannot reach.",
    caller: 'script',
    parameters: ['attempt'],
    body: 'MailboxDeposit',
    answers: { 204: { what: 'It lies there until it expires.' } },
    errors: {
      ...STORE,
      400: ['attempt_expired'],
      413: ['body_too_large'],
      429: ['rate_limited'],
    },
  },
  {
    method: 'get',
    path: '/mailbox/{attempt}',
    id: 'collectGrant',
    what: 'The page that started the attempt collects its grant, waiting up to 25 seconds. Collecting uses nothing up.',
    caller: 'script',
    parameters: ['attempt', 'X-Alpaca-Connect-Verifier'],
    answers: {
      200: { what: 'The grant, or why there is none.', body: 'MailboxAnswer' },
      204: { what: 'Nothing arrived yet.' },
    },
    errors: {
      403: ['exchange_failed'],
      429: ['rate_limited'],
      503: ['session_store_unavailable', 'overloaded'],
    },
  },
  {
    method: 'get',
    path: '/connections',
    id: 'connections',
    what: 'What the server offers, and what this browser has connected.',
    caller: 'script',
    session: true,
    answers: { 200: { what: 'Both.', body: 'ConnectionsAnswer' } },
    errors: STORE,
  },
  {
    method: 'post',
    path: '/connections',
    id: 'exchangeGrant',
    what: "Trades a grant for a connection. The grant is opened, its origin compared with the page's and its challenge with the verifier, then its time, then the attempt's cookie where page and server are same-site, all before anything is sent to Alpaca. However many grants of one attempt come at once, there is one token call. Gives the session a new id.",
    caller: 'script',
    session: true,
    parameters: ['AttemptCookie'],
    body: 'ExchangeRequest',
    answers: {
      201: {
        what: 'The connection. With `both` it is the paper one, and `GET /connections` lists all.',
        body: 'Connection',
        headers: ['Set-Cookie'],
      },
    },
    errors: {
      ...STORE,
      400: ['exchange_failed'],
      401: ['access_denied'],
      403: [
        'exchange_failed',
        'cookies_blocked',
        'access_denied',
        'provider_error',
        'live_not_allowed',
        'config_invalid',
      ],
      409: ['exchange_failed', 'too_many_connections'],
      410: ['attempt_expired'],
      413: ['body_too_large'],
      424: ['exchange_failed', 'provider_error'],
      429: ['rate_limited'],
    },
  },
  {
    method: 'delete',
    path: '/connections/{which}',
    id: 'disconnect',
    what: 'Forgets the token of one connection, by its id, or of all of `paper` or `live`, and ends their streams within a second. Idempotent.',
    caller: 'script',
    session: true,
    parameters: ['which'],
    answers: { 204: { what: 'Whether there was one or not.', headers: ['Set-Cookie'] } },
    errors: { ...STORE, 404: ['not_found'] },
  },
  {
    method: 'delete',
    path: '/away/{id}',
    id: 'endAway',
    what: 'Ends what the app may do with one account while the person who is signed in to it is away, by the id in `away`. The connection in the session of a browser stays. Idempotent.',
    caller: 'script',
    session: true,
    parameters: ['id'],
    answers: { 204: { what: 'Whether there was one or not.' } },
    errors: { ...STORE, 401: ['access_denied'] },
  },
  {
    method: 'get',
    path: '/{environment}/stream',
    id: 'tradeUpdates',
    what: 'Trade updates as server-sent events: `status` first, then `TradeUpdate` under the name of its event, `gap` where some may be missing, and `end` as the last one. Ends within a second of a disconnect. To listen does not count as use of the session.',
    caller: 'script',
    session: true,
    parameters: ['environment', 'X-Alpaca-Connection', 'Last-Event-ID'],
    answers: {
      200: { what: '`StreamStatus`, `TradeUpdate`, `StreamGap` and `StreamEnd`.', body: 'events' },
    },
    errors: {
      401: ['not_connected', 'connection_revoked'],
      403: ['live_not_allowed'],
      404: ['operation_not_allowed'],
      409: ['connection_ambiguous'],
      415: ['bad_request'],
      503: ['session_store_unavailable', 'overloaded'],
    },
  },
];

/** What the proxy can answer itself, besides what every route that a script calls can. Everything else is Alpaca's own answer. */
export const ERRORS_OF_PROXY: Errors = {
  401: ['not_connected', 'connection_revoked'],
  403: ['live_not_allowed', 'insufficient_scope'],
  404: ['operation_not_allowed'],
  409: ['connection_ambiguous'],
  413: ['body_too_large'],
  415: ['bad_request'],
  408: ['timeout'],
  429: ['rate_limited'],
  502: ['upstream_unreachable', 'upstream_invalid', 'upstream_refused'],
  503: ['session_store_unavailable', 'overloaded'],
  504: ['upstream_timeout'],
};
