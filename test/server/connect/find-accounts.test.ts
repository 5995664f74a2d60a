import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../server/config-reader.ts';
import { findAccounts } from '../../../server/connect/alpaca-oauth.ts';
import { findProvider } from '../../../server/providers.ts';
import { validEnvironment } from '../valid-environment.ts';

const ACCOUNT = { id: 'a', account_number: 'PA1', status: 'ACTIVE', currency: 'USD', cash: '1' };

/** What `findAccounts()` makes of an Alpaca whose two environments answer like this. */
async function found(paper: [number, string], live: [number, string]) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    const [status, body] = request.url === '/paper/v2/account' ? paper : live;
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { providers } = readConfiguration({
    ...validEnvironment(),
    ALPACA_PAPER_URL: `${url}/paper/`,
    ALPACA_LIVE_URL: `${url}/live`,
  });
  try {
    return { asked, accounts: await findAccounts(findProvider(providers), ['paper', 'live'], 'a-token') };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const yes: [number, string] = [200, JSON.stringify(ACCOUNT)];

describe('findAccounts()', () => {
  it('asks each environment with the token and keeps of the account what a page may see', async () => {
    const { accounts, asked } = await found(yes, yes);
    const account = { id: 'a', number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false };
    expect([...accounts]).toEqual([
      ['paper', account],
      ['live', account],
    ]);
    expect(asked).toEqual(['Bearer a-token', 'Bearer a-token']);
  });

  // Alpaca's schema requires these two. The code is spent by now: who is refused here has to start all over.
  it.each([
    ['absent', {}],
    ['null', { account_number: null, currency: null }],
    ['empty', { account_number: '', currency: '' }],
    ['of another type', { account_number: 900000001, currency: { code: 'USD' } }],
    ['too long to keep', { account_number: '9'.repeat(101), currency: 'U'.repeat(11) }],
  ])('needs an id and a status only: number and currency may be %s', async (_what, rest) => {
    const { accounts } = await found([200, JSON.stringify({ id: 'a', status: 'ACTIVE', ...rest })], yes);
    expect(accounts.get('paper')).toMatchObject({
      id: 'a',
      number: '',
      status: 'ACTIVE',
      currency: 'USD',
      tradingBlocked: false,
    });
  });

  it.each([
    ['ACTIVE', {}, false, false],
    ['PAPER_ONLY', {}, false, true],
    ['ACCOUNT_CLOSED', {}, true, true],
    ['INACTIVE', {}, true, true],
    ['ACCOUNT_UPDATED', {}, true, true],
    ['A_STATUS_OF_TOMORROW', {}, true, true],
    ['', {}, true, true],
    ['ACTIVE', { account_blocked: true }, true, true],
    ['ACTIVE', { trading_blocked: true }, true, true],
    ['ACTIVE', { trade_suspended_by_user: true }, true, true],
    ['ACTIVE', { transfers_blocked: true }, false, false],
    ['ACTIVE', { account_blocked: null, trading_blocked: 'false' }, false, false],
  ])('tells whether an account can trade whose status is %s, with %j', async (status, flags, paper, live) => {
    const answer: [number, string] = [200, JSON.stringify({ ...ACCOUNT, status, ...flags })];
    const { accounts } = await found(answer, answer);
    expect([...accounts.values()]).toMatchObject([
      { status, tradingBlocked: paper },
      { status, tradingBlocked: live },
    ]);
  });

  it.each([401, 403])('takes %i for an environment that the token does not cover', async (status) => {
    const { accounts } = await found(yes, [status, '{"message":"forbidden."}']);
    expect([...accounts.keys()]).toEqual(['paper']);
  });

  it.each([
    ['a failure', [500, JSON.stringify(ACCOUNT)]],
    ['a refusal of another kind', [404, JSON.stringify(ACCOUNT)]],
    ['a gateway’s page that asks for a password', [401, '<html>401 Authorization Required</html>']],
    ['a gateway’s page that forbids', [403, '']],
    ['a redirect', [302, JSON.stringify(ACCOUNT)]],
    ['no content, which is no account', [204, '']],
    ['something else than JSON', [200, '<html>']],
    ['an account without an id', [200, '{"account_number":"PA1","status":"ACTIVE","currency":"USD"}']],
    ['an account without a status', [200, '{"id":"a","account_number":"PA1","currency":"USD"}']],
  ] as [string, [number, string]][])(
    'rejects when the answer is %s, rather than connect half',
    async (_what, live) => {
      await expect(found(yes, live)).rejects.toMatchObject({ status: 424, code: 'provider_error' });
    },
  );
});
