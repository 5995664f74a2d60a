import { SIMULATOR_ACCOUNTS, SIMULATOR_CLIENT } from '../../demo/simulator/index.ts';
import { Connection, ConnectionsAnswer } from '../../server/schemas.ts';
import { proofKey } from './client.ts';
import { expectError, expectThat, type Rule } from './rule.ts';

const [FIRST = '', SECOND = ''] = SIMULATOR_ACCOUNTS.filter(({ environment }) => environment === 'paper').map(
  ({ number }) => number,
);

const sessionCookie = (jar: ReadonlyMap<string, string>) =>
  [...jar].find(([name]) => name.endsWith('alpaca.sid'))?.[1];

/** From the grant to the account, and what one may do with it. */
export const rulesOfAccounts: readonly Rule[] = [
  {
    id: 'grant-origin',
    says: 'A grant is exchanged at the origin that started its attempt, and nothing reaches Alpaca otherwise.',
    async check(world) {
      const granted = await world.grant(world.guest());
      const hits = await world.hitsDuring(async () => {
        expectError(
          await world.exchange(world.client(), granted),
          403,
          'origin_not_allowed',
          'Compare Origin with the grant’s.',
        );
      });
      expectThat(hits === 0, `${hits} requests to Alpaca`, 'Check before the token call.');
    },
  },
  {
    id: 'pkce',
    says: 'A grant is exchanged only with the verifier of its challenge, whatever Alpaca checks.',
    async check(world) {
      const client = world.guest();
      const granted = await world.grant(client);
      const hits = await world.hitsDuring(async () => {
        const stolen = { ...granted, ...proofKey() };
        expectError(
          await world.exchange(client, stolen),
          403,
          'exchange_failed',
          'Compare S256(codeVerifier) with the challenge.',
        );
      });
      expectThat(hits === 0, `${hits} requests to Alpaca`, 'Check before the token call.');
    },
  },
  {
    id: 'exchange-order',
    says: 'The origin of a grant is compared before its verifier.',
    async check(world) {
      const granted = await world.grant(world.guest());
      const answer = await world.exchange(world.client(), { ...granted, ...proofKey() });
      expectThat(answer.status === 403, `${answer.status}`, 'Refuse it.');
      const todo = 'Compare the origin first.';
      expectThat(answer.json['code'] !== 'exchange_failed', `${answer.json['code']}`, todo);
    },
  },
  {
    id: 'grant-forged',
    says: 'What this backend did not seal is no grant.',
    async check(world) {
      const client = world.guest();
      const granted = await world.grant(client);
      const { grant } = granted;
      const middle = Math.floor(grant.length / 2);
      const changed = grant.slice(0, middle) + (grant[middle] === 'A' ? 'B' : 'A') + grant.slice(middle + 1);
      const hits = await world.hitsDuring(async () => {
        for (const forged of [changed, 'x'.repeat(200)]) {
          const answer = await world.exchange(client, { ...granted, grant: forged });
          expectError(answer, 400, 'exchange_failed', 'Seal grants with authentication.');
        }
      });
      expectThat(hits === 0, `${hits} requests to Alpaca`, 'Check before the token call.');
    },
  },
  {
    id: 'attempt-browser',
    says: 'On one site, the exchange wants the cookie of the attempt, of the same browser.',
    async check(world) {
      const granted = await world.grant(world.client());
      const hits = await world.hitsDuring(async () => {
        expectError(
          await world.exchange(world.client(), granted),
          403,
          'cookies_blocked',
          'Want the attempt’s cookie.',
        );
      });
      expectThat(hits === 0, `${hits} requests to Alpaca`, 'Check before the token call.');
    },
  },
  {
    id: 'one-use',
    says: 'An attempt makes one token call, however many grants it got and posts arrive at once.',
    async check(world) {
      const client = world.guest();
      const granted = await world.grant(client);
      const again = await client.navigate(granted.callback);
      const other = /"grant":"([^"]+)"/.exec(again.text)?.[1] ?? granted.grant;
      const before = world.simulator.control.tokenCalls;
      const grants = Array.from({ length: 20 }, (_, index) => (index % 2 ? other : granted.grant));
      await Promise.all(grants.map((grant) => world.exchange(client, { ...granted, grant })));
      await client.call('/connections');
      await world.exchange(world.guest(), granted);
      const calls = world.simulator.control.tokenCalls - before;
      expectThat(
        calls === 1,
        `${calls} token calls`,
        'Use the attempt up before the token call, atomically.',
      );
    },
  },
  {
    id: 'session-cookie',
    says: 'Connecting sets a new session cookie: HttpOnly, Strict on the same site.',
    async check(world) {
      const client = world.client();
      const answer = await world.connect(client);
      const line = answer.cookies.find((each) => /^(?:__Host-)?alpaca\.sid=/.test(each)) ?? 'none';
      const attributes = [/; HttpOnly/i, /; Path=\/(?:;|$)/i, /; SameSite=Strict/i];
      if (world.base.protocol === 'https:') attributes.push(/^__Host-/, /; Secure/i);
      const isRight = attributes.every((each) => each.test(line)) && !/; Domain=/i.test(line);
      expectThat(
        isRight,
        line.replace(/=[^;]*/, '=…'),
        'Set HttpOnly, Path=/, SameSite=Strict, no Domain; on https __Host- and Secure.',
      );
      const first = sessionCookie(client.jar);
      await world.connect(client);
      expectThat(
        first !== sessionCookie(client.jar),
        'the same session',
        'Give the session a new id with each connect.',
      );
    },
  },
  {
    id: 'answers',
    says: 'A connection, and GET /connections, have the documented shape.',
    async check(world) {
      const client = world.client();
      const { json } = await world.connect(client, { account: FIRST });
      const made = Connection.safeParse(json);
      expectThat(made.success, `POST: ${made.error?.issues[0]?.path.join('.')}`, 'Answer a Connection.');
      expectThat(
        made.data.account.number === FIRST,
        `account ${made.data.account.number}`,
        'Ask /v2/account.',
      );
      const list = ConnectionsAnswer.safeParse((await client.call('/connections')).json);
      expectThat(
        list.success,
        `GET: ${list.error?.issues[0]?.path.join('.')}`,
        'Answer a ConnectionsAnswer.',
      );
      expectThat(
        list.data.connections.some(({ id }) => id === made.data.id),
        'it is not listed',
        'List it.',
      );
    },
  },
  {
    id: 'not-connected',
    says: 'Without a connection, the APIs and streams answer 401.',
    async check(world) {
      for (const path of ['/paper/v2/account', '/paper/stream']) {
        expectError(await world.client().call(path), 401, 'not_connected', 'Refuse it.');
      }
    },
  },
  {
    id: 'proxy',
    says: 'An allow-listed operation is answered as Alpaca answered it, and never stored or sniffed.',
    async check(world) {
      const client = world.client();
      await world.connect(client, { account: FIRST });
      const { status, json, headers } = await client.call('/paper/v2/account');
      expectThat(status === 200 && json['account_number'] === FIRST, `${status}`, 'Pass on status and body.');
      const isSafe =
        headers['cache-control'] === 'no-store' && headers['x-content-type-options'] === 'nosniff';
      expectThat(
        isSafe,
        `${headers['cache-control']}, ${headers['x-content-type-options']}`,
        'Send no-store and nosniff.',
      );
      const missing = await client.call('/paper/v2/orders/00000000-0000-4000-8000-000000000000');
      expectThat(
        missing.status === 404 && typeof missing.json['code'] === 'number',
        `${missing.status}`,
        'Pass errors of Alpaca on, too.',
      );
    },
  },
  {
    id: 'scope',
    says: 'An operation whose scope was not granted is refused, and nothing reaches Alpaca.',
    async check(world) {
      const client = world.client();
      await world.connect(client, { scope: '' });
      const hits = await world.hitsDuring(async () => {
        const answer = await client.call('/paper/v2/orders', { method: 'POST', body: {} });
        expectError(
          answer,
          403,
          'insufficient_scope',
          'Compare the scope of the operation with the token’s.',
        );
      });
      expectThat(hits === 0, `${hits} requests to Alpaca`, 'Check before it is sent.');
    },
  },
  {
    id: 'ambiguous',
    says: 'Where several connections match, a request that names none is refused, and nothing reaches Alpaca.',
    async check(world) {
      const client = world.client();
      await world.connect(client, { account: FIRST });
      await world.connect(client, { account: SECOND, keep: true });
      const hits = await world.hitsDuring(async () => {
        expectError(await client.call('/paper/v2/account'), 409, 'connection_ambiguous', 'Guess nothing.');
      });
      expectThat(hits === 0, `${hits} requests to Alpaca`, 'Check before it is sent.');
    },
  },
  {
    id: 'named',
    says: 'X-Alpaca-Connection says which account is meant, and names none of another browser.',
    async check(world) {
      const client = world.client();
      const first = await world.connect(client, { account: FIRST });
      const second = await world.connect(client, { account: SECOND, keep: true });
      for (const [{ json }, number] of [
        [first, FIRST],
        [second, SECOND],
      ] as const) {
        const headers = { 'x-alpaca-connection': String(json['id']) };
        const answer = await client.call('/paper/v2/account', { headers });
        expectThat(
          answer.json['account_number'] === number,
          `${answer.status} ${answer.json['account_number']}`,
          `Use the token of ${number}.`,
        );
      }
      const stranger = world.client();
      await world.connect(stranger);
      const headers = { 'x-alpaca-connection': String(first.json['id']) };
      expectError(
        await stranger.call('/paper/v2/account', { headers }),
        401,
        'not_connected',
        'Look in the session alone.',
      );
    },
  },
  {
    id: 'disconnect',
    says: 'DELETE forgets a connection, answers 204, and again 204.',
    async check(world) {
      const client = world.client();
      const { json } = await world.connect(client);
      for (const _ of [1, 2]) {
        const { status } = await client.call(`/connections/${json['id']}`, { method: 'DELETE' });
        expectThat(status === 204, `${status}`, 'Answer 204, whether there was one or not.');
      }
      const after = await client.call('/paper/v2/account');
      expectThat(after.status >= 400, `${after.status} afterwards`, 'Forget the token.');
    },
  },
  {
    id: 'revoked',
    says: 'A token that Alpaca no longer accepts marks its connection.',
    async check(world) {
      const client = world.client();
      await world.connect(client, { account: FIRST });
      world.simulator.control.revoke(FIRST);
      expectError(
        await client.call('/paper/v2/account'),
        401,
        'connection_revoked',
        'Ask /v2/account, then answer 401 connection_revoked.',
      );
      const { connections } = (await client.call('/connections')).json as {
        connections?: { revokedAt?: string }[];
      };
      expectThat(connections?.[0]?.revokedAt, 'no revokedAt', 'Say so in GET /connections.');
    },
  },
  {
    id: 'alpaca-failed',
    says: 'A token call that failed is a 424: edges replace 502 and 504 by pages of their own.',
    async check(world) {
      const client = world.guest();
      const granted = await world.grant(client);
      world.simulator.control.breakToken('html', 1);
      expectError(await world.exchange(client, granted), 424, 'provider_error', 'Answer 424 provider_error.');
    },
  },
];

/** Judged last, over everything that was seen. @param tokens Those that Alpaca gave out. */
export function ruleOfSecrets(tokens: () => readonly string[]): Rule {
  return {
    id: 'secrets',
    says: 'No byte of a token or of the client secret is in any answer.',
    async check({ transcript }) {
      expectThat(
        !tokens().some((token) => transcript.holds(token)),
        'a token',
        'Build answers field by field.',
      );
      expectThat(
        !transcript.holds(SIMULATOR_CLIENT.clientSecret),
        'the client secret',
        'Keep it out of answers.',
      );
    },
  };
}
