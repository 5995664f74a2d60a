import { describe, expect, it } from 'vitest';
import { type SeenAnswer, undescribed } from './described-answers.ts';

const CONNECTION = {
  id: '1',
  provider: 'alpaca',
  environment: 'paper',
  account: { id: '1', number: 'PA1', status: 'ACTIVE', currency: 'USD', tradingBlocked: false },
  scope: '',
  connectedAt: '2026-08-01T00:00:00.000Z',
};
const OFFER = {
  app: 'Desk',
  environments: ['paper'],
  scopes: [],
  disclosure: null,
  appUrl: null,
  returnPages: [],
  providers: [],
  connectionsPerSession: 8,
  awayDays: 0,
  connections: [CONNECTION],
  away: [],
};
const ERROR = { code: 'not_connected', message: 'Connect first.', requestId: '7' };

function answer(
  target: string,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  method = 'GET',
): SeenAnswer {
  const all = { 'x-request-id': '7', 'content-type': 'application/json', ...headers };
  return {
    method,
    target: `/alpaca${target}`,
    status,
    headers: new Map(Object.entries(all).map(([name, value]) => [name, [value]])),
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  };
}

describe('undescribed()', () => {
  it('lets pass what the contract has', () => {
    expect(undescribed(answer('/connections', 200, OFFER))).toEqual([]);
    expect(undescribed(answer('/paper/v2/account', 401, ERROR))).toEqual([]);
    expect(undescribed(answer('/paper/v2/account', 418, { of: 'Alpaca' }))).toEqual([]);
    expect(undescribed(answer('/nothing', 404, { ...ERROR, code: 'not_found' }))).toEqual([]);
    const cookie = { 'set-cookie': '__Host-alpaca.sid=x; Path=/; HttpOnly; Secure; SameSite=Strict' };
    expect(undescribed(answer('/connections', 201, CONNECTION, cookie, 'POST'))).toEqual([]);
  });

  it.each([
    ['a field more', answer('/connections', 200, { ...OFFER, token: 'x' })],
    ['a field more inside', answer('/connections', 201, { ...CONNECTION, accessToken: 'x' }, {}, 'POST')],
    ['a field less', answer('/connections', 200, { ...OFFER, app: undefined })],
    ['another type', answer('/connections', 200, OFFER, { 'content-type': 'text/html' })],
    ['a status', answer('/connections', 402, ERROR)],
    ['a code of another route', answer('/connections', 403, { ...ERROR, code: 'insufficient_scope' })],
    ['a code of another status', answer('/paper/v2/account', 403, ERROR)],
    ['a code that nobody knows', answer('/paper/v2/account', 401, { ...ERROR, code: 'whatever' })],
    ['an error without its message', answer('/paper/v2/account', 401, { ...ERROR, message: undefined })],
    ['a body that is none', answer('/connections/paper', 204, 'x', {}, 'DELETE')],
    ['what any site may read', answer('/connections', 200, OFFER, { 'access-control-allow-origin': '*' })],
    [
      'a cookie that scripts can read',
      answer(
        '/connections',
        201,
        CONNECTION,
        { 'set-cookie': 'alpaca.sid=x; Path=/; SameSite=Strict' },
        'POST',
      ),
    ],
    [
      'a cookie where none is due',
      answer('/connections', 200, OFFER, { 'set-cookie': 'alpaca.sid=x; Path=/; HttpOnly; SameSite=Strict' }),
    ],
    ['an unknown path that is found', answer('/nothing', 200, OFFER)],
  ])('finds %s', (_what, seen) => {
    expect(undescribed(seen)).not.toEqual([]);
  });
});
