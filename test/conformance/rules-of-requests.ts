import { type Client, GUEST, STRANGER } from './client.ts';
import { expectError, expectThat, type Rule } from './rule.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const MAILBOX = `/mailbox/${'a'.repeat(43)}`;
/** A route of each kind that a page's script calls. */
const ROUTES: readonly (readonly [string, string])[] = [
  ['GET', '/connections'],
  ['POST', '/connections'],
  ['DELETE', `/connections/${ID}`],
  ['POST', '/attempts'],
  ['GET', MAILBOX],
  ['GET', '/paper/v2/account'],
  ['POST', '/paper/v2/orders'],
  ['GET', '/paper/stream'],
];

const bodyOf = (method: string) => (method === 'POST' ? { body: {} } : {});

/** Whether a preflight is answered, and its permission. */
function preflight(client: Client, path: string) {
  const headers = { 'x-alpaca-connect': undefined, 'access-control-request-method': 'POST' };
  return client.call(path, { method: 'OPTIONS', headers });
}

const HOSTILE = [
  '//evil.example/x',
  '/../../oauth/token',
  '/v2/..%2f..%2foauth/token',
  '/v2/%2e%2e/%2e%2e/oauth/token',
  '/v2/.%2e/account',
  '/v2/%252e%252e/account',
  '/v2/..;/account',
  '/v2;x=/../account',
  '/v2/account;jsessionid=1',
  '/v2/account%00',
  '/v2/account%0d%0aX-Evil:1',
  '/v2/account%23x',
  '/v2/account#x',
  '/v2/account%3Fa=b',
  '/v2/./account',
  '/v2/account/',
  '/v2//account',
  '/\\evil.example',
  '/%5cevil.example',
  '/@evil.example/',
  '/:80/',
  '/http://evil.example/x',
  '/%zz/v2',
  '/V2/account',
  '/__proto__/v2',
  '/v2/account?access_token=x',
  '/v2/account?token=x',
  '/v2/account?x=%0d%0a',
  '/v2/%c0%ae%c0%ae/account',
  '/v2/%EF%BC%8E%EF%BC%8E/account',
];

/** What every request meets, whichever route answers it. */
export const rulesOfRequests: readonly Rule[] = [
  {
    id: 'header',
    says: 'A route of a page’s script wants the header X-Alpaca-Connect: 1.',
    async check(world) {
      for (const [method, path] of ROUTES) {
        for (const value of [undefined, '0']) {
          const headers = { 'x-alpaca-connect': value };
          const answer = await world.client().call(path, { method, headers, ...bodyOf(method) });
          expectError(
            answer,
            403,
            'header_missing',
            `Refuse ${method} ${path} with X-Alpaca-Connect: ${value ?? 'absent'}.`,
          );
        }
      }
    },
  },
  {
    id: 'origin',
    says: 'Only an origin on the allow-list may ask, byte for byte.',
    async check(world) {
      const { origin } = world.base;
      const suffixed = `${GUEST}.stranger.example`;
      for (const [method, path] of ROUTES) {
        for (const other of [
          STRANGER,
          'null',
          suffixed,
          GUEST.replace('https', 'http'),
          `${origin}.stranger.example`,
        ]) {
          const answer = await world.client(other).call(path, { method, ...bodyOf(method) });
          expectError(answer, 403, 'origin_not_allowed', `Refuse ${method} ${path} from ${other}.`);
        }
      }
      for (const site of ['none', 'cross-site', undefined]) {
        const headers = { origin: undefined, 'sec-fetch-site': site };
        const answer = await world.client().call('/connections', { headers });
        expectError(
          answer,
          403,
          'origin_not_allowed',
          `Refuse a request without Origin, with Sec-Fetch-Site: ${site}.`,
        );
      }
    },
  },
  {
    id: 'order',
    says: 'The path is judged first, then the header, the origin, the route, and the session last.',
    async check(world) {
      const bare = { headers: { 'x-alpaca-connect': undefined } };
      const todo = 'Check in this order: path, header, origin, route, session.';
      expectError(await world.client(STRANGER).call('/paper/v2//account', bare), 400, 'bad_path', todo);
      expectError(await world.client(STRANGER).call('/paper/v2/account', bare), 403, 'header_missing', todo);
      expectError(await world.client(STRANGER).call('/paper/v9/account'), 403, 'origin_not_allowed', todo);
      expectError(await world.client().call('/paper/v9/account'), 404, 'operation_not_allowed', todo);
    },
  },
  {
    id: 'cors',
    says: 'CORS names the exact origin with credentials to a page on the allow-list, and nothing to any other.',
    async check(world) {
      const { headers } = await world.guest().call('/connections');
      const todo =
        'Set Access-Control-Allow-Origin to the very origin, Access-Control-Allow-Credentials: true, and Vary: Origin.';
      const given = `${headers['access-control-allow-origin']}, credentials ${headers['access-control-allow-credentials']}, Vary ${headers.vary}`;
      const isExact =
        headers['access-control-allow-origin'] === GUEST &&
        headers['access-control-allow-credentials'] === 'true';
      expectThat(isExact && /\borigin\b/i.test(headers.vary ?? ''), given, todo);
      const { headers: others } = await world.client(STRANGER).call('/connections');
      const permission = others['access-control-allow-origin'];
      expectThat(
        permission === undefined,
        `${permission} to a stranger`,
        'Never reflect an origin, and never send *.',
      );
    },
  },
  {
    id: 'preflight',
    says: 'A preflight of an allowed page gets 204 and the headers that the widget sends; any other gets 403.',
    async check(world) {
      for (const path of ['/connections', `/connections/${ID}`, MAILBOX, '/paper/v2/orders']) {
        const { status, headers } = await preflight(world.guest(), path);
        const allowed = String(headers['access-control-allow-headers']).toLowerCase();
        const missing = [
          'x-alpaca-connect',
          'x-alpaca-connection',
          'x-alpaca-connect-verifier',
          'content-type',
        ].filter((name) => !allowed.includes(name));
        expectThat(
          status === 204 && missing.length === 0,
          `${path}: ${status}, without ${missing.join(', ') || 'nothing'}`,
          'Answer 204 and allow these headers.',
        );
        const refused = await preflight(world.client(STRANGER), path);
        expectThat(
          refused.status === 403,
          `${path}: ${refused.status} to a stranger`,
          'Answer 403 without a permission.',
        );
      }
    },
  },
  {
    id: 'error-shape',
    says: 'Errors are {code, message, requestId}, never cached, with the id in X-Request-ID too.',
    async check(world) {
      const errors = [
        await world.client().call('/paper/v2/account'),
        await world.client(STRANGER).call('/connections'),
        await world.client().call('/nothing'),
        await world.client().call('/connections', { method: 'POST', body: {} }),
      ];
      for (const { json, headers, status } of errors) {
        const isWhole =
          typeof json['message'] === 'string' &&
          json['message'].length > 10 &&
          /^[a-z_]+$/.test(String(json['code']));
        expectThat(
          isWhole && Object.keys(json).length === 3,
          `${status} ${JSON.stringify(json).slice(0, 120)}`,
          'Answer {code, message, requestId} and nothing else.',
        );
        const isNamed = json['requestId'] !== undefined && json['requestId'] === headers['x-request-id'];
        expectThat(
          isNamed,
          `requestId ${json['requestId']}, X-Request-ID ${headers['x-request-id']}`,
          'Send the same id in both.',
        );
        expectThat(
          headers['cache-control'] === 'no-store',
          `Cache-Control: ${headers['cache-control']}`,
          'Send Cache-Control: no-store.',
        );
      }
    },
  },
  {
    id: 'method',
    says: 'A path that is asked by another method gets 405 with Allow.',
    async check(world) {
      for (const [method, path, allow] of [
        ['PUT', '/connections', 'GET, POST'],
        ['GET', '/connections/paper', 'DELETE'],
        ['GET', '/attempts', 'POST'],
        ['TRACE', '/paper/v2/account', 'GET'],
      ] as const) {
        const answer = await world.client().call(path, { method });
        expectError(answer, 405, 'method_not_allowed', `Refuse ${method} ${path}.`);
        expectThat(
          answer.headers.allow?.includes(allow.split(',')[0] ?? ''),
          `Allow: ${answer.headers.allow}`,
          `Name ${allow}.`,
        );
      }
    },
  },
  {
    id: 'hostile-paths',
    says: 'A path or query that two parsers may read differently is refused, and nothing reaches Alpaca.',
    async check(world) {
      const client = world.client();
      await world.connect(client);
      for (const path of HOSTILE) {
        const target = `${world.base.pathname}/paper${path}`;
        let status = 0;
        const hits = await world.hitsDuring(async () => {
          status = await client.raw(target);
        });
        const isRefused = status >= 400 && status < 500;
        expectThat(
          isRefused && hits === 0,
          `${target}: ${status}, ${hits} requests to Alpaca`,
          'Judge the raw path once, before anything decodes it.',
        );
      }
    },
  },
  {
    id: 'default-deny',
    says: 'An operation that is not on the allow-list is refused, and nothing reaches Alpaca.',
    async check(world) {
      const client = world.client();
      await world.connect(client);
      for (const path of [
        '/paper/v2/nothing',
        '/paper/oauth/token',
        '/paper/v1/accounts',
        '/data/v2/nothing',
      ]) {
        const hits = await world.hitsDuring(async () => {
          expectError(await client.call(path), 404, 'operation_not_allowed', `Refuse ${path}.`);
        });
        expectThat(hits === 0, `${hits} requests to Alpaca`, 'Refuse before anything is sent.');
      }
    },
  },
  {
    id: 'closed',
    says: 'What moves money or has no documented scope is closed unless its owner opened it.',
    async check(world) {
      const client = world.client();
      await world.connect(client);
      const hits = await world.hitsDuring(async () => {
        const answer = await client.call('/paper/v2/wallets/transfers', { method: 'POST', body: {} });
        expectError(answer, 404, 'operation_not_allowed', 'Refuse POST /v2/wallets/transfers.');
      });
      expectThat(hits === 0, `${hits} requests to Alpaca`, 'Refuse before anything is sent.');
    },
  },
  {
    id: 'script',
    says: 'GET /connect.js is a module that any site may load.',
    async check(world) {
      const { status, headers } = await world.client(STRANGER).navigate('/connect.js');
      const seen = `${status}, ${headers['content-type']}, CORS ${headers['access-control-allow-origin']}, CORP ${headers['cross-origin-resource-policy']}`;
      const isOpen =
        headers['access-control-allow-origin'] === '*' &&
        headers['cross-origin-resource-policy'] === 'cross-origin';
      expectThat(
        status === 200 && isOpen && /javascript/.test(headers['content-type'] ?? ''),
        seen,
        'Serve it with Access-Control-Allow-Origin: * and Cross-Origin-Resource-Policy: cross-origin.',
      );
    },
  },
  {
    id: 'openapi',
    says: 'GET /openapi.json is OpenAPI 3.1 of every route, for anybody.',
    async check(world) {
      const { status, headers, json } = await world.client(STRANGER).navigate('/openapi.json');
      const paths = Object.keys((json['paths'] as object | undefined) ?? {});
      const missing = [
        '/connections',
        '/connections/{which}',
        '/attempts',
        '/callback',
        '/launch',
        '/mailbox/{attempt}',
        '/{environment}/stream',
      ].filter((path) => !paths.includes(path));
      expectThat(
        status === 200 && headers['access-control-allow-origin'] === '*',
        `${status}, CORS ${headers['access-control-allow-origin']}`,
        'Serve it to anybody.',
      );
      expectThat(
        /^3\.1\./.test(String(json['openapi'])),
        `openapi: ${json['openapi']}`,
        'Serve OpenAPI 3.1.',
      );
      expectThat(missing.length === 0, `without ${missing.join(', ')}`, 'Describe them.');
    },
  },
];
